import { runLines } from './hand/read-lines.ts';
import type { MemoryTask } from './measure-memory.ts';
import { handInMemory } from './parts/hand-in-memory.ts';

/** Runs one side over a file, its tables in memory. @returns the peak of the process's resident memory, in MB */
export async function peakMemory({ side, group, place }: MemoryTask): Promise<number> {
  const variant =
    side === 'hand'
      ? handInMemory({ group, place }, () => (job) => runLines(place.file, job))
      : await engineVariant({ group, place });
  const ready = await variant.prepare();
  await ready.run();
  return process.resourceUsage().maxRSS / 1024;
}

/** Loaded only where it runs: a loop written by hand does not pay for the engine's code. */
async function engineVariant(context: Parameters<typeof handInMemory>[0]) {
  const { ndjson } = await import('./parts/ndjson.ts');
  return (await ndjson(context)).engine(context.group.epochs[0] as number);
}
