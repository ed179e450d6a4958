import { DataFolder } from './data-folder.ts';
import { DataTopics } from './data-topics.ts';
import { type Group, isResult, type Measured, type Place } from './group.ts';
import { inChild } from './in-child.ts';
import { measureGroup } from './measure-group.ts';
import { measureMemory } from './measure-memory.ts';
import { measureStart } from './measure-start.ts';
import { missing } from './missing.ts';

/** Rows at most that a process is warmed up with. */
const WARM_UP = 100_000;

/** Measures groups one after the other; says on standard error where it is, and what it passes over. */
export async function measureGroups(groups: readonly Group[]): Promise<Measured[]> {
  const data = new DataFolder();
  const topics = new DataTopics(data.path);
  const results: Measured[] = [];
  try {
    for (const [i, group] of groups.entries()) {
      const { part, job, shape } = group;
      const lacking = await missing(group);
      if (lacking !== undefined) {
        console.error(`${i + 1}/${groups.length}  ${part} ${job} is SKIPPED: ${lacking}`);
        continue;
      }
      console.error(
        `${i + 1}/${groups.length}  ${part} ${job}, ${shape.rows} rows, ${shape.keys} keys, epochs of ${group.epochs.join(', ')}`,
      );
      const place = { file: data.events(job, shape), folder: data.path };
      for (const result of await measureOne(group, place, data, topics)) {
        results.push(result);
        const shown = isResult(result) ? result.ratio.toFixed(2) : `p99 ${result.p99.toFixed(1)} ms`;
        console.error(`      ${result.id}  ${shown}`);
      }
    }
  } finally {
    await topics.close();
    data.remove();
  }
  return results;
}

async function measureOne(
  group: Group,
  place: Place,
  data: DataFolder,
  topics: DataTopics,
): Promise<Measured[]> {
  const { part, job, shape } = group;
  if (part === 'memory' || part === 'heap') return measureMemory(group, place);
  if (part === 'start') return measureStart(group, place);
  if (part === 'latency' || part === 'latency-sqlite' || part === 'latency-checkpoint')
    return inChild<Measured[]>({ kind: 'latency', group, place });
  const fewer = { ...shape, rows: Math.min(shape.rows, WARM_UP) };
  const placeOf = async (file: string): Promise<Place> =>
    part.startsWith('kafka-') ? { ...place, file, topic: await topics.of(job, file) } : { ...place, file };
  const warmUp = { group: { ...group, shape: fewer }, place: await placeOf(data.events(job, fewer)) };
  return measureGroup(group, await placeOf(place.file), warmUp);
}
