// What Millrace asks of a Kafka driver.
//
// The driver is kafkajs 2.2.4, pinned: its connections, authentication, version negotiation and record decoding, below its consumer.
// - It has no dependencies, and speaks to brokers from 0.11 to 4.x: it asks for ApiVersions 2, 1, 0. @platformatic/kafka 1.35 (the last
//   line for Node 20) asks for version 3 alone and fetches from version 12 on, which older brokers and gateways refuse, cannot read zstd
//   on Node 20, and brings fifteen packages.
// - Its consumer is not used. It must join a group, which ties what is read to rebalances; here offsets live in Millrace's own position.
//   It jumps to the high watermark when a fetch has only batches that compaction emptied (records lost), and lets records of aborted
//   transactions through where two are open at the offset it begins at.
// What is used of it below its documented surface is declared in `driver/kafkajs-parts.d.ts`.
import type { TopicRecord } from '../topic/topic-batch.ts';
import type { KafkaFault } from './kafka-fault.ts';

/** A record of a partition. */
export interface KafkaRecord extends TopicRecord {
  readonly key: Uint8Array | null;
  /** Null: a tombstone. */
  readonly value: Uint8Array | null;
  /** Epoch milliseconds: of its making or of its arrival, as the topic says. */
  readonly timestamp: number;
}

/** Where a partition is to be read. */
export interface Wanted {
  readonly partition: number;
  readonly offset: number;
}

/** What a fetch found in a partition. */
export interface Fetched {
  readonly partition: number;
  /** Why it found nothing; `out of range`: the offset is before the first or behind the last record. Undefined: it worked. */
  readonly fault: KafkaFault | undefined;
  /** In order of offset; none of aborted transactions where these are not read, no control records. */
  readonly records: readonly KafkaRecord[];
  /** The offset to go on at: it is also behind records that are not shown, or that compaction took. */
  readonly next: number;
}

/** Which offset of a partition: the first record's, the one that the next record gets, that up to which records may be read, or that of the first record at or after a time (epoch milliseconds; the `end` where there is none). */
export type OffsetAt = 'earliest' | 'end' | 'readable' | number;

/** A topic of a cluster. Its calls throw `KafkaFault`, except where they say so; none of them tries again. */
export interface KafkaPort {
  /** Names of the cluster's topics that we may see. */
  topics(): Promise<readonly string[]>;
  /** The partitions, each with the node that leads it; -1: none at the moment. Asks the cluster. Fault `unknown topic`. */
  leaders(): Promise<ReadonlyMap<number, number>>;
  offsets(partitions: readonly number[], at: OffsetAt): Promise<ReadonlyMap<number, number>>;
  /** Records of partitions that the node leads; waits half a second where there are none. One call for a node at a time. */
  fetch(node: number, wanted: readonly Wanted[], maxBytes: number): Promise<readonly Fetched[]>;
  /** Writes the group's offsets down, without being a member of it. */
  commit(groupId: string, offsets: ReadonlyMap<number, number>): Promise<void>;
  /** Ends what is under way (it throws) and closes the connections at once. Idempotent. */
  close(): Promise<void>;
}
