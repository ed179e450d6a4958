import { KafkaFault } from './kafka-fault.ts';
import type { KafkaPort, KafkaRecord } from './kafka-port.ts';

/** Bytes of one answer, about. */
const BYTES = 8 << 20;
/** How long a transaction of another that holds reading up goes unsaid: milliseconds. */
const PATIENCE = 2000;

/** What reading a topic needs. */
export interface TopicReading {
  readonly port: KafkaPort;
  /** Names the topic in messages. */
  readonly topic: string;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Gives all records that are in the topic now to `take`, in order by partition: those of transactions that were committed.
 * Waits for transactions that are open before the end. Throws `KafkaFault`; `away` where the signal is given.
 */
export async function readTopic(
  { port, topic, log, signal }: TopicReading,
  take: (record: KafkaRecord) => void,
): Promise<void> {
  const leaders = await port.leaders();
  const partitions = [...leaders.keys()];
  const next = new Map(await port.offsets(partitions, 'earliest'));
  const ends = await port.offsets(partitions, 'end');
  let told = false;
  let moved = performance.now();
  for (;;) {
    const wanted = partitions.flatMap((partition) => {
      const offset = next.get(partition) as number;
      return offset < (ends.get(partition) as number) ? [{ partition, offset }] : [];
    });
    if (wanted.length === 0) return;
    if (signal.aborted) throw new KafkaFault('away', 'stopped');
    for (const [node, own] of byLeader(wanted, leaders))
      for (const { partition, fault, records, next: after } of await port.fetch(node, own, BYTES)) {
        if (fault !== undefined) throw fault;
        if (after > (next.get(partition) as number)) moved = performance.now();
        next.set(partition, after);
        for (const record of records) take(record);
      }
    if (!told && performance.now() - moved > PATIENCE) {
      told = true;
      log(`topic ${topic}: a transaction of another producer is open; waiting until it ends`);
    }
  }
}

function byLeader<T extends { readonly partition: number }>(
  wanted: readonly T[],
  leaders: ReadonlyMap<number, number>,
): ReadonlyMap<number, readonly T[]> {
  const nodes = new Map<number, T[]>();
  for (const one of wanted) {
    const node = leaders.get(one.partition) ?? -1;
    nodes.set(node, [...(nodes.get(node) ?? []), one]);
  }
  return nodes;
}
