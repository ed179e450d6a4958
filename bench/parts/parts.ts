import type { RoundPart } from '../group.ts';
import { decode } from './decode.ts';
import { engine } from './engine.ts';
import { kafkaPart } from './kafka.ts';
import { ndjson, ndjsonCheckpoint } from './ndjson.ts';
import { objects } from './objects.ts';
import type { MakePart } from './part.ts';
import { peerPart } from './peers.ts';
import { serverPart } from './servers.ts';
import { sqlite, sqliteCheckpoint } from './sqlite.ts';
import { steady } from './steady.ts';
import { versionsPart } from './versions.ts';

/** The parts that are measured by rounds. */
export const PARTS: Readonly<Record<RoundPart, MakePart>> = {
  ndjson,
  'ndjson-checkpoint': ndjsonCheckpoint,
  objects,
  engine,
  decode,
  steady,
  sqlite,
  'sqlite-checkpoint': sqliteCheckpoint,
  mariadb: serverPart('mariadb'),
  postgres: serverPart('postgres'),
  'mariadb-checkpoint': serverPart('mariadb', true),
  'postgres-checkpoint': serverPart('postgres', true),
  'kafka-mariadb': kafkaPart('mariadb'),
  'kafka-postgres': kafkaPart('postgres'),
  'peer-immutable': peerPart('immutable'),
  'peer-rxjs': peerPart('rxjs'),
  'peer-db-ivm': peerPart('db-ivm'),
  'peer-d2ts': peerPart('d2ts'),
  'peer-sqlite': peerPart('sqlite'),
  'versions-each': versionsPart('each'),
  'versions-16': versionsPart('16'),
  'versions-none': versionsPart('none'),
};
