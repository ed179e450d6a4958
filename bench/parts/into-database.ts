import type { Database } from '../../src/connectors/database.ts';
import { openFileSource } from '../../src/connectors/file/file-source.ts';
import type { TableSchema } from '../../src/plan/schema.ts';
import { planOf, sinkTableOf } from '../bench-job.ts';
import { DATA_SETS } from '../data/data-set.ts';
import { handJob } from '../hand/hand-jobs.ts';
import { runIntoSink, type TableSink } from '../hand/table-sink.ts';
import type { Variant } from '../measure.ts';
import { runEngine } from '../run-engine.ts';
import { checkpointed } from './checkpointed.ts';
import { memoryFor, type OpenSource, tablesIn } from './engine-in-memory.ts';
import type { Context, MakePart } from './part.ts';

/** A database of one run's own, empty. */
export interface OwnDatabase {
  /** Opens it for the engine. */
  open(): Promise<Database>;
  /** Opens a table of it for the loop, and makes it. */
  sink(table: TableSchema): Promise<TableSink>;
  remove(): Promise<void>;
}

/**
 * From the bytes of a file to a database, one transaction per epoch; a looked-up table stays in memory.
 * With checkpoints, the engine keeps its state too; the loop has none to keep. The loop commits as often as the engine: such a group has one size of epochs.
 */
export const intoDatabase =
  (make: (context: Context) => Promise<OwnDatabase>, checkpoints = false): MakePart =>
  (context) => ({
    hand: handVariant(context, make),
    engine: (epochRows) =>
      engineVariant(context, make, {
        epochRows,
        checkpoints,
        open: (spec) => openFileSource(spec, [context.place.file]),
      }),
  });

type Make = (context: Context) => Promise<OwnDatabase>;

/** The engine with checkpoints, from a source to a database. */
export const intoDatabaseFrom = (
  context: Context,
  make: Make,
  epochRows: number,
  open: OpenSource,
): Variant => engineVariant(context, make, { epochRows, checkpoints: true, open });

interface EngineParts {
  readonly epochRows: number;
  readonly checkpoints: boolean;
  readonly open: OpenSource;
}

function handVariant(context: Context, make: Make): Variant {
  const { job, shape, epochs } = context.group;
  const table = sinkTableOf(job);
  return {
    async prepare() {
      const own = await make(context);
      const hand = handJob(job, DATA_SETS[job].dimension(shape));
      const sink = await own.sink(table);
      return {
        run: () => runIntoSink(context.place.file, hand, sink, epochs[0] as number),
        async tables() {
          await sink.close();
          const database = await own.open();
          await database.prepare([{ table, writes: true, looksUp: false, writesNull: [] }]);
          const rows = await database.rows(table);
          await database.close();
          return { ...hand.tables(), [table.name]: rows };
        },
        close: () => own.remove(),
      };
    },
  };
}

function engineVariant(context: Context, make: Make, { epochRows, checkpoints, open }: EngineParts): Variant {
  const { group, place } = context;
  const plan = planOf(group.job);
  const sinkTable = sinkTableOf(group.job).name;
  return {
    async prepare() {
      const own = await make(context);
      const sink = await own.open();
      const memory = await memoryFor(group);
      const database = (table: string): Database => (table === sinkTable ? sink : memory);
      return {
        run: () => {
          const run = (more = {}) => runEngine(plan, open, database, epochRows, more);
          return checkpoints ? checkpointed(place, plan.name, (log) => run({ checkpoints: log })) : run();
        },
        tables: () => tablesIn(plan, database),
        async close() {
          await sink.close();
          await own.remove();
        },
      };
    },
  };
}
