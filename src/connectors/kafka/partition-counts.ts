import { refused } from '../../errors.ts';

/** How many partitions topics have. */
export type PartitionCounts = Readonly<Record<string, number>>;

/**
 * Exit 3 where a topic has other partitions than it was written with: its keys would lie elsewhere from now on, beside what is there.
 * @param cleared topics that are emptied: there it does not matter
 */
export function checkPartitions(
  label: string,
  before: PartitionCounts,
  now: PartitionCounts,
  cleared: readonly string[],
): void {
  for (const [topic, count] of Object.entries(now)) {
    const was = before[topic];
    if (was !== undefined && was !== count && !cleared.includes(topic))
      throw refused(
        `${label} has written topic ${topic} in ${was} partitions, and it has ${count}: rows that are there would not be found by their keys. Write its table anew with --rebuild`,
      );
  }
}
