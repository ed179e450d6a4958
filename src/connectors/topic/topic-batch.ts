import type { Row } from '../../values/sql-type.ts';
import { Fault } from '../format/fault.ts';
import type { Reject, SourceBatch, SourcePosition } from '../source.ts';
import { type Offsets, type Taken, topicPosition } from './topic-position.ts';

/** A record of a topic, as its broker gives it. */
export interface TopicRecord {
  /** The partition (of DataHub: the shard) that it is from. */
  readonly partition: string;
  /** Its place there: whole numbers that grow, gaps allowed. */
  readonly offset: number;
  /** The record as it came, to show in quarantine. */
  readonly raw: Uint8Array;
}

/** Rows of a topic's records. */
export class TopicBatch implements SourceBatch {
  readonly rows: (Row | null)[] = [];
  readonly rejects: Reject[] = [];
  readonly deletes: number[] = [];
  readonly #topic: string;
  readonly #records: TopicRecord[] = [];
  #behind: Offsets = {};
  #taken: Taken | undefined;

  constructor(topic: string) {
    this.#topic = topic;
  }

  get n(): number {
    return this.rows.length;
  }

  /** Adds the row of a record, or why it is none. */
  add(record: TopicRecord, row: Row | Fault): void {
    if (row instanceof Fault) {
      this.rejects.push({ index: this.rows.length, reason: row.reason, column: row.column });
      this.rows.push(null);
    } else this.rows.push(row);
    this.#records.push(record);
  }

  /** Adds a row that a record says is gone. */
  addDelete(record: TopicRecord, row: Row): void {
    this.deletes.push(this.rows.length);
    this.add(record, row);
  }

  /** Says where the topic stands behind the batch. */
  stand(offsets: Offsets, taken: Taken | undefined): void {
    this.#behind = offsets;
    this.#taken = taken;
  }

  offset(i: number): number {
    return this.#at(i).offset;
  }

  raw(i: number): Uint8Array {
    return this.#at(i).raw;
  }

  file(i: number): string {
    return `${this.#topic}[${this.#at(i).partition}]`;
  }

  position(): SourcePosition {
    return topicPosition(this.#topic, this.#behind, this.#taken);
  }

  #at(i: number): TopicRecord {
    return this.#records[i] as TopicRecord;
  }
}
