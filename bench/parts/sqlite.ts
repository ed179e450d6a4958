import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../../src/connectors/database.ts';
import { openFileSource } from '../../src/connectors/file/file-source.ts';
import { openDatabase } from '../../src/connectors/sql/open-database.ts';
import { planOf, sinkTableOf } from '../bench-job.ts';
import { DATA_SETS } from '../data/data-set.ts';
import { handJob } from '../hand/hand-jobs.ts';
import { runIntoSqlite, SqliteSink } from '../hand/sqlite-sink.ts';
import type { Variant } from '../measure.ts';
import { runEngine } from '../run-engine.ts';
import { memoryFor, tablesIn } from './engine-in-memory.ts';
import type { Context, MakePart } from './part.ts';

/** What a commit waits for on both sides: not for the disk, which is not what is compared. */
const SYNCHRONOUS = 'NORMAL';

/**
 * From the bytes of a file to a SQLite file, one transaction per epoch; a looked-up table stays in memory.
 * The loop commits as often as the engine: such a group has one size of epochs.
 */
export const sqlite: MakePart = (context) => ({
  hand: handVariant(context),
  engine: (epochRows) => engineVariant(context, epochRows),
});

function handVariant({ group: { job, shape, epochs }, place }: Context): Variant {
  const table = sinkTableOf(job);
  return {
    async prepare() {
      const folder = await mkdtemp(join(place.folder, 'hand-'));
      const path = join(folder, 'out.db');
      const hand = handJob(job, DATA_SETS[job].dimension(shape));
      const sink = new SqliteSink(path, table, SYNCHRONOUS);
      return {
        run: () => runIntoSqlite(place.file, hand, sink, epochs[0] as number),
        async tables() {
          await sink.close();
          const database = await openDatabase(`sqlite:${path}`);
          await database.prepare([{ table, writes: true, looksUp: false, writesNull: [] }]);
          const rows = await database.rows(table);
          await database.close();
          return { ...hand.tables(), [table.name]: rows };
        },
        close: () => rm(folder, { recursive: true }),
      };
    },
  };
}

function engineVariant({ group, place }: Context, epochRows: number): Variant {
  const plan = planOf(group.job);
  const sinkTable = sinkTableOf(group.job).name;
  return {
    async prepare() {
      const folder = await mkdtemp(join(place.folder, 'engine-'));
      const sink = await openDatabase(`sqlite:${join(folder, 'out.db')}`, { synchronous: SYNCHRONOUS });
      const memory = await memoryFor(group);
      const database = (table: string): Database => (table === sinkTable ? sink : memory);
      return {
        run: () => runEngine(plan, (spec) => openFileSource(spec, [place.file]), database, epochRows),
        tables: () => tablesIn(plan, database),
        async close() {
          await sink.close();
          await rm(folder, { recursive: true });
        },
      };
    },
  };
}
