import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../../src/connectors/sql/open-database.ts';
import { SqliteSink } from '../hand/sqlite-sink.ts';
import { intoDatabase, type OwnDatabase } from './into-database.ts';
import type { Context } from './part.ts';

/** What a commit waits for on both sides: not for the disk, which is not what is compared. */
export const SYNCHRONOUS = 'NORMAL';

/** A SQLite file of a run's own. */
const ownFile = async ({ place }: Context): Promise<OwnDatabase> => {
  const folder = await mkdtemp(join(place.folder, 'sqlite-'));
  const path = join(folder, 'out.db');
  return {
    open: () => openDatabase(`sqlite:${path}`, { synchronous: SYNCHRONOUS }),
    sink: async (table) => new SqliteSink(path, table, SYNCHRONOUS),
    remove: () => rm(folder, { recursive: true }),
  };
};

export const sqlite = intoDatabase(ownFile);
export const sqliteCheckpoint = intoDatabase(ownFile, true);
