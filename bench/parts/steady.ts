import { openFileSource } from '../../src/connectors/file/file-source.ts';
import { planOf } from '../bench-job.ts';
import { DATA_SETS } from '../data/data-set.ts';
import { type Gate, gate, gatedSource } from '../gated-source.ts';
import { handJob } from '../hand/hand-jobs.ts';
import { readLines } from '../hand/read-lines.ts';
import type { Tables, Variant } from '../measure.ts';
import { runEngine } from '../run-engine.ts';
import { memoryFor, tablesIn } from './engine-in-memory.ts';
import type { Context, MakePart } from './part.ts';

/** As `ndjson`, but the first half of the rows goes before: code is compiled, most keys are there. Only the second half is measured. */
export const steady: MakePart = (context) => ({
  rows: context.group.shape.rows / 2,
  hand: handVariant(context),
  engine: (epochRows) => engineVariant(context, epochRows),
});

function handVariant({ group: { job, shape }, place }: Context): Variant {
  return fromTheMiddle(async () => {
    const hand = handJob(job, DATA_SETS[job].dimension(shape));
    const run = async ({ pass }: Gate): Promise<void> => {
      let n = 0;
      for await (const lines of readLines(place.file))
        for (const line of lines) {
          if (n === shape.rows / 2) await pass();
          hand.add(JSON.parse(line));
          n++;
        }
    };
    return { run, tables: () => hand.tables() };
  });
}

function engineVariant({ group, place }: Context, epochRows: number): Variant {
  const plan = planOf(group.job);
  return fromTheMiddle(async () => {
    const database = await memoryFor(group);
    const run = (middle: Gate): Promise<void> =>
      runEngine(
        plan,
        async (spec) => gatedSource(await openFileSource(spec, [place.file]), group.shape.rows / 2, middle),
        () => database,
        epochRows,
      );
    return { run, tables: () => tablesIn(plan, () => database) };
  });
}

interface WholeRun {
  run(middle: Gate): Promise<void>;
  tables(): Promise<Tables> | Tables;
}

/** What is measured of a whole run begins at its gate. */
function fromTheMiddle(make: () => Promise<WholeRun>): Variant {
  return {
    async prepare() {
      const { run, tables } = await make();
      const middle = gate();
      const done = run(middle);
      // A run that fails before its middle never comes there.
      await Promise.race([middle.reached, done]);
      return {
        async run() {
          middle.open();
          await done;
        },
        tables,
      };
    },
  };
}
