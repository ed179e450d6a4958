import type { PartitionData } from 'kafkajs/src/cluster/index.js';
import type { OutgoingRecord } from '../kafka-writer-port.ts';

/** What goes to one leader. */
export interface LeaderRecords {
  readonly leader: number;
  readonly topicData: readonly { readonly topic: string; readonly partitions: readonly PartitionData[] }[];
}

/** Sequence numbers go round at 2^31. */
const LAST_SEQUENCE = 0x7fff_ffff;

/** The records by leader, topic and partition, in their order, numbered on from `sequences`, which stand behind them afterwards. */
export function groupRecords(
  records: readonly OutgoingRecord[],
  leaderOf: (topic: string, partition: number) => number,
  sequences: Map<string, number>,
): readonly LeaderRecords[] {
  const byPartition = new Map<string, OutgoingRecord[]>();
  for (const record of records) {
    const key = `${record.topic}/${record.partition}`;
    const own = byPartition.get(key);
    if (own) own.push(record);
    else byPartition.set(key, [record]);
  }
  const byLeader = new Map<number, Map<string, PartitionData[]>>();
  for (const [key, own] of byPartition) {
    const { topic, partition } = own[0] as OutgoingRecord;
    const firstSequence = sequences.get(key) ?? 0;
    sequences.set(key, (firstSequence + own.length) & LAST_SEQUENCE);
    const leader = leaderOf(topic, partition);
    const topics = byLeader.get(leader) ?? new Map<string, PartitionData[]>();
    byLeader.set(leader, topics);
    topics.set(topic, [
      ...(topics.get(topic) ?? []),
      { partition, firstSequence, messages: own.map(({ key, value }) => ({ key, value })) },
    ]);
  }
  return [...byLeader].map(([leader, topics]) => ({
    leader,
    topicData: [...topics].map(([topic, partitions]) => ({ topic, partitions })),
  }));
}
