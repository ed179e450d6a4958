import { refused } from '../../errors.ts';
import type { FenceRow } from '../fence-rules.ts';
import type { OutgoingRecord } from './kafka-writer-port.ts';
import type { PartitionCounts } from './partition-counts.ts';
import { readTopic, type TopicReading } from './read-topic.ts';

/** A job's fence as its topic holds it: also who may move it. */
export interface TopicFence extends FenceRow {
  /** The id under which it was written: whoever takes it may write it, and nobody else then. */
  readonly transactionalId: string;
  /** How many partitions each topic had where rows lie by their key. */
  readonly partitions: PartitionCounts;
}

/** Where all fences of a topic are. */
const PARTITION = 0;

/** The record that moves a job's fence; readers may tell from `completeTo` how far its tables are complete (epoch milliseconds, null: not known). */
export function fenceRecord(
  topic: string,
  job: string,
  { owner, epoch, transactionalId, partitions }: TopicFence,
  completeTo: number | null,
): OutgoingRecord {
  const value = { owner, epoch, committedAt: Date.now(), completeTo, transactionalId, partitions };
  return {
    ...{ topic, partition: PARTITION },
    key: Buffer.from(job),
    value: Buffer.from(JSON.stringify(value)),
  };
}

/** The job's fence; undefined: there is none. Throws `KafkaFault`, and exit 3 where the record is none of ours. */
export async function readFence(reading: TopicReading, job: string): Promise<TopicFence | undefined> {
  let text: string | undefined;
  await readTopic(reading, ({ partition, key, value }) => {
    if (partition === String(PARTITION) && key !== null && Buffer.from(key).toString() === job)
      text = value === null ? undefined : Buffer.from(value).toString();
  });
  if (text === undefined) return undefined;
  const fence = parsed(text) as Partial<Record<keyof TopicFence, unknown>> | null | undefined;
  const { owner, epoch, transactionalId, partitions } = fence ?? {};
  const texts = typeof owner === 'string' && typeof transactionalId === 'string';
  if (!texts || !Number.isSafeInteger(epoch) || typeof partitions !== 'object' || partitions === null)
    throw refused(
      `topic ${reading.topic}: the record of job '${job}' is no fence: another program writes to the topic. Name another one with fenceTopic`,
    );
  return fence as TopicFence;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
