// A process of its own for one task: sent by `in-child.ts`, answered with a result or an error.
import type { Group, Place } from './group.ts';
import type { MemoryTask } from './measure-memory.ts';
import type { RoundTask } from './measure-round.ts';

/** What a child process does. */
export type Task =
  | RoundTask
  | { readonly kind: 'latency'; readonly group: Group; readonly place: Place }
  | MemoryTask;

async function perform(task: Task): Promise<unknown> {
  if (task.kind === 'round') {
    const { measureRound } = await import('./measure-round.ts');
    return measureRound(task);
  }
  if (task.kind === 'latency') {
    const { measureLatency } = await import('./measure-latency.ts');
    return measureLatency(task.group, task.place);
  }
  if (task.group.part === 'heap') {
    const { heapPerKey } = await import('./heap-per-key.ts');
    return heapPerKey(task);
  }
  const { peakMemory } = await import('./peak-memory.ts');
  return peakMemory(task);
}

// Also where the parent died.
process.once('disconnect', () => process.exit());
process.once('message', async (task: Task) => {
  const answer = await perform(task).then(
    (result) => ({ result }),
    (error) => ({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
  process.send?.(answer, () => process.disconnect());
});
