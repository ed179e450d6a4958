// What Millrace asks of DataHub: its REST interface with JSON bodies.

/** A column of a topic. */
export interface TopicField {
  readonly name: string;
  /** `BIGINT`, `STRING`, …: in upper case. */
  readonly type: string;
  readonly notNull: boolean;
}

/** What a topic holds. */
export interface TopicDescription {
  /** TUPLE: a value for each field. BLOB: bytes. */
  readonly type: 'TUPLE' | 'BLOB';
  /** Of a BLOB topic: none. */
  readonly fields: readonly TopicField[];
}

/** A shard of a topic. */
export interface Shard {
  readonly id: string;
  /** `ACTIVE`: is written and read. `CLOSED`: was split or merged, and is read alone. Others are on their way to one of these. */
  readonly state: string;
  /** The shards that this one was made from. */
  readonly parents: readonly string[];
  /** Hash keys from `begin` up to, not with, `end`, 32 hexadecimal digits; undefined where shards have none. */
  readonly keys: { readonly begin: string; readonly end: string } | undefined;
}

/** Where in a shard: its oldest record, its newest one, the first that arrived at or after a time (epoch milliseconds), or the one of a sequence. */
export type CursorAt = 'oldest' | 'latest' | { readonly time: number } | { readonly sequence: number };

/** A place in a shard. Cursors expire; sequences do not. */
export interface Cursor {
  readonly cursor: string;
  /** The sequence of the record there. */
  readonly sequence: number;
}

/** The values of a TUPLE record as texts, or the bytes of a BLOB record. */
export type RecordData = readonly (string | null)[] | Uint8Array;

/** A record that was read. */
export interface ReadRecord {
  readonly sequence: number;
  /** When it arrived: epoch milliseconds. */
  readonly time: number;
  readonly data: RecordData;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Records of a shard that follow one another. */
export interface ReadRecords {
  readonly records: readonly ReadRecord[];
  /** Where the next ones are. */
  readonly next: string;
  /** The sequence of the shard's newest record; undefined: the service does not say. */
  readonly latest: number | undefined;
}

/** A record to write. */
interface NewRecord {
  readonly shard: string;
  readonly data: readonly (string | null)[];
  readonly attributes: Readonly<Record<string, string>>;
}

/** A record that was not written, by its place in the call. */
export interface FailedRecord {
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

/** What a subscription knows of a shard. Version and session are whole numbers beyond what a double holds, as text. */
export interface SubscriptionOffset {
  readonly sequence: number;
  /** Of the record there: epoch milliseconds. */
  readonly time: number;
  readonly version: string;
  readonly session: string;
}

/** A topic of DataHub. Its calls throw `DataHubFault`; none of them tries again. */
export interface DataHubPort {
  describe(): Promise<TopicDescription>;
  shards(): Promise<readonly Shard[]>;
  /** Fault `gone`: there is no such record (any more, or yet); `sealed`: there will be none. */
  cursor(shard: string, at: CursorAt): Promise<Cursor>;
  /** At most `limit` records; answers at once where there are none. Fault `sealed`: there will be none; `cursor`: get another one. */
  read(shard: string, cursor: string, limit: number): Promise<ReadRecords>;
  /** @returns the records that were not written */
  write(records: readonly NewRecord[]): Promise<readonly FailedRecord[]>;
  /** Begins a session of the subscription on these shards; whoever had one has none any more. */
  openSubscription(
    subscription: string,
    shards: readonly string[],
  ): Promise<ReadonlyMap<string, SubscriptionOffset>>;
  commit(subscription: string, offsets: ReadonlyMap<string, SubscriptionOffset>): Promise<void>;
  /** Ends what is under way (it throws) and closes the connections at once. Idempotent. */
  close(): void;
}
