// What Millrace asks of a Kafka driver that writes: transactions of one producer at a time.
//
// The producer of kafkajs is not used, for it tries again by itself, also where the end of a transaction is in doubt, and keeps a state
// that is of no use after an error. Its requests are; whoever calls tries again, by taking the transactional id anew: that ends
// whatever was under way, one way or the other.

/** A topic as the cluster has it. */
export interface TopicFacts {
  readonly partitions: number;
  /** How many brokers keep each partition: of the partition that the fewest do. */
  readonly replicas: number;
  /** How many of them must have a record before it counts as written; undefined as below. */
  readonly minInSync: number | undefined;
  /** `compact`, `delete` or both; undefined where we may not read its settings. */
  readonly cleanupPolicy: string | undefined;
  /** Bytes of the largest batch that it takes; undefined as before. */
  readonly maxBatchBytes: number | undefined;
}

/** A topic to be made. */
export interface NewTopic {
  readonly topic: string;
  /** Undefined: the broker's default. */
  readonly partitions: number | undefined;
  readonly replicationFactor: number | undefined;
  readonly settings: Readonly<Record<string, string>>;
}

/** A record to be written. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: Uint8Array;
  /** Null: a tombstone. */
  readonly value: Uint8Array | null;
}

/** A producer of a cluster. Its calls throw `KafkaFault`; none of them tries again; one at a time. */
export interface KafkaWriterPort {
  /** Those of these topics that exist. */
  topics(names: readonly string[]): Promise<ReadonlyMap<string, TopicFacts>>;
  /** Makes a topic; one that exists stays as it is. */
  create(topic: NewTopic): Promise<void>;
  /**
   * Takes a transactional id: producers that had it write no more (fault `fenced`), and its transaction has ended when this answers, an open one without effect.
   * Learns who leads the topics, and answers how many partitions each has. Fault `unknown topic`.
   */
  take(
    transactionalId: string,
    timeoutMs: number,
    topics: readonly string[],
  ): Promise<ReadonlyMap<string, number>>;
  /** Writes records in the open transaction, in order by partition; the first call opens it. Faults `fenced`, `too large`. */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  /** Commits the open transaction. After a fault other than `fenced` it is in doubt whether it did. */
  commit(): Promise<void>;
  /** Ends the open transaction without effect. */
  abort(): Promise<void>;
  /** Ends what is under way (it throws) and closes the connections at once. Idempotent. */
  close(): Promise<void>;
}
