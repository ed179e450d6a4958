import type { Row } from '../../values/sql-type.ts';
import type { Change } from '../change/change.ts';
import type { Fault } from '../format/fault.ts';
import type { Source, SourceBatch, SourcePosition } from '../source.ts';
import { TopicBatch, type TopicRecord } from './topic-batch.ts';
import { type Offsets, offsetsOf, type Taken } from './topic-position.ts';

/** What reads the partitions of a topic. It holds a bounded number of records that were not asked for yet. */
export interface TopicFeed<R extends TopicRecord> {
  /**
   * The next records, of any partitions, each partition's in order of offset; null at the end. Waits while there is none. Not called again before it
   * answered. A broker that is away is waited for. Throws a `MillraceError` where the topic is broken.
   */
  next(): Promise<readonly R[] | null>;
  /** What stands before these offsets is durable elsewhere: told to the broker for people and tools to see; no promise rests on it. Never throws. */
  durable(offsets: Offsets): void;
  /** Ends a `next` that waits and frees what is open. Idempotent. */
  close(): Promise<void>;
}

/** What a source of a topic is made of. */
export interface TopicSourceParts<R extends TopicRecord> {
  /** The source's name in the catalog. */
  readonly name: string;
  /** The topic's name; positions hold it. */
  readonly topic: string;
  readonly label: string;
  readonly feed: TopicFeed<R>;
  /** Where the feed begins: partitions that it is not at the beginning of. */
  readonly from: Offsets;
  /** Of the records there, rows that were taken already. */
  readonly taken?: Taken | undefined;
  /** The row of a record, or why it is none; or the changes that it stands for: none of them, and the record is passed over. */
  readonly decode: (record: R) => Row | Fault | readonly Change[];
}

/** A topic as a source: the offsets of all its partitions are one position, a cut through the topic. */
export class TopicSource<R extends TopicRecord> implements Source {
  readonly replayable = true;
  readonly name: string;
  readonly label: string;
  readonly #parts: TopicSourceParts<R>;
  readonly #offsets: Record<string, number>;
  readonly #taken: Record<string, number>;
  #records: readonly R[] = [];
  #at = 0;
  /** What is left of the record at hand. */
  #changes: readonly Change[] | undefined;

  constructor(parts: TopicSourceParts<R>) {
    this.name = parts.name;
    this.label = parts.label;
    this.#parts = parts;
    this.#offsets = { ...parts.from };
    this.#taken = { ...parts.taken };
  }

  read(max: number): SourceBatch | Promise<SourceBatch | null> {
    const batch = this.#take(max);
    return batch.n > 0 ? batch : this.#wait(max);
  }

  async #wait(max: number): Promise<SourceBatch | null> {
    for (;;) {
      const records = await this.#parts.feed.next();
      if (records === null) return null;
      this.#records = records;
      this.#at = 0;
      const batch = this.#take(max);
      if (batch.n > 0) return batch;
    }
  }

  #take(max: number): TopicBatch {
    const batch = new TopicBatch(this.#parts.topic);
    while (this.#at < this.#records.length && batch.n < max) {
      const record = this.#records[this.#at] as R;
      const { partition } = record;
      if (!this.#add(batch, record, max - batch.n)) break;
      delete this.#taken[partition];
      this.#offsets[partition] = record.offset + 1;
      this.#at++;
    }
    batch.stand({ ...this.#offsets }, { ...this.#taken });
    return batch;
  }

  /** Adds what a record stands for. @returns false: there is no room for the rest of it */
  #add(batch: TopicBatch, record: R, room: number): boolean {
    const { partition, offset } = record;
    const found = this.#changes ?? this.#parts.decode(record);
    if (!Array.isArray(found)) {
      batch.add(record, found as Row | Fault);
      return true;
    }
    const changes: readonly Change[] = found;
    const from = this.#taken[partition] ?? 0;
    const some = changes.slice(from, from + room);
    for (const { deleted, row } of some)
      if (deleted) batch.addDelete(record, row);
      else batch.add(record, row);
    if (from + some.length >= changes.length) {
      this.#changes = undefined;
      return true;
    }
    this.#changes = changes;
    this.#offsets[partition] = offset;
    this.#taken[partition] = from + some.length;
    return false;
  }

  durable(position: SourcePosition): void {
    this.#parts.feed.durable(offsetsOf(position, this.name, this.#parts.topic));
  }

  close(): Promise<void> {
    return this.#parts.feed.close();
  }
}
