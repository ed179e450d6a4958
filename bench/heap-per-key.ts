import { openFileSource } from '../src/connectors/file/file-source.ts';
import { planOf } from './bench-job.ts';
import { DATA_SETS } from './data/data-set.ts';
import { gate, gatedSource } from './gated-source.ts';
import { handJob } from './hand/hand-jobs.ts';
import { runLines } from './hand/read-lines.ts';
import type { MemoryTask } from './measure-memory.ts';
import { memoryFor } from './parts/engine-in-memory.ts';
import { runEngine } from './run-engine.ts';

/** Runs one side over a file. @returns the bytes that it holds for each key once all rows are in its tables, after garbage is collected */
export async function heapPerKey(task: MemoryTask): Promise<number> {
  return (await (task.side === 'hand' ? handHolds(task) : engineHolds(task))) / task.group.shape.keys;
}

async function handHolds({ group: { job, shape }, place }: MemoryTask): Promise<number> {
  const hand = handJob(job, DATA_SETS[job].dimension(shape));
  const before = held();
  await runLines(place.file, hand);
  const after = held();
  // The state must live until here.
  hand.tables();
  return after - before;
}

async function engineHolds({ group, place }: MemoryTask): Promise<number> {
  const database = await memoryFor(group);
  const end = gate();
  const before = held();
  const done = runEngine(
    planOf(group.job),
    async (spec) => gatedSource(await openFileSource(spec, [place.file]), group.shape.rows, end),
    () => database,
    group.epochs[0] as number,
  );
  await Promise.race([end.reached, done]);
  const after = held();
  end.open();
  await done;
  return after - before;
}

/** Bytes on the heap and in buffers beside it. */
function held(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
