import { DataFolder } from './data-folder.ts';
import type { Group, Place, Result } from './group.ts';
import { inChild } from './in-child.ts';
import { measureMemory } from './measure-memory.ts';
import { measureStart } from './measure-start.ts';

/** Measures groups one after the other; says on standard error where it is. */
export async function measureGroups(groups: readonly Group[]): Promise<Result[]> {
  const data = new DataFolder();
  const results: Result[] = [];
  try {
    for (const [i, group] of groups.entries()) {
      const { part, job, shape } = group;
      console.error(
        `${i + 1}/${groups.length}  ${part} ${job}, ${shape.rows} rows, epochs of ${group.epochs.join(', ')}`,
      );
      const place = { file: data.events(job, shape), folder: data.path };
      for (const result of await measureOne(group, place)) {
        results.push(result);
        console.error(`      ${result.id}  ${result.ratio.toFixed(2)}`);
      }
    }
  } finally {
    data.remove();
  }
  return results;
}

function measureOne(group: Group, place: Place): Promise<Result[]> {
  if (group.part === 'memory') return measureMemory(group, place);
  if (group.part === 'start') return measureStart(group, place);
  return inChild<Result[]>({ kind: 'group', group, place });
}
