import type { PartName } from '../group.ts';
import { decode } from './decode.ts';
import { engine } from './engine.ts';
import { ndjson } from './ndjson.ts';
import { objects } from './objects.ts';
import type { MakePart } from './part.ts';
import { sqlite } from './sqlite.ts';

/** The parts that are measured by rounds in one process. */
export const PARTS: Readonly<Record<Exclude<PartName, 'memory' | 'start'>, MakePart>> = {
  ndjson,
  objects,
  decode,
  engine,
  sqlite,
};
