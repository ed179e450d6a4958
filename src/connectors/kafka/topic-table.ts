import { wrong } from '../../errors.ts';
import type { TableSchema } from '../../plan/schema.ts';
import { jsonText } from '../../values/edge.ts';
import type { Row } from '../../values/sql-type.ts';
import type { TableChanges } from '../database.ts';
import { MemoryTable, primaryKeyOrder } from '../memory/memory-table.ts';
import type { KafkaPort } from './kafka-port.ts';
import type { KafkaTopic } from './kafka-table-options.ts';
import type { OutgoingRecord } from './kafka-writer-port.ts';
import { readTopic } from './read-topic.ts';
import { type TopicRecords, topicRecords } from './topic-records.ts';

/** A table in a topic. */
export class TopicTable {
  readonly topic: string;
  readonly #table: TableSchema;
  /** Each row is a record more; else it lies by its key. */
  readonly appends: boolean;
  readonly #label: string;
  readonly #records: TopicRecords;

  constructor(table: TableSchema, { topic, mode }: KafkaTopic, label: string) {
    this.topic = topic;
    this.#table = table;
    this.appends = mode === 'append';
    this.#label = label;
    this.#records = topicRecords(table, topic);
  }

  /** Exit 2 where the topic cannot be emptied. */
  mayClear(): void {
    if (this.appends)
      throw wrong(
        `${this.#label}: table ${this.#table.name} is appended to topic ${this.topic}, which cannot be emptied by a job: delete the topic, or go on over the records that are there`,
      );
  }

  /** Exit 2 where the topic cannot hold the changes: nothing of them has been written. */
  mayWrite({ deletes, writeBacks }: TableChanges): void {
    const { name, columns, primaryKey } = this.#table;
    if (writeBacks.length > 0)
      throw wrong(`${this.#label}: table ${name} is written back, and topics cannot be looked up`);
    const [first] = deletes;
    if (!this.appends || first === undefined) return;
    const key = jsonText(
      columns.filter((column) => primaryKey.includes(column.name)),
      first,
    );
    throw wrong(
      `${this.#label}: table ${name} is appended to topic ${this.topic}, and the job deletes the row ${key}: a topic that is appended to holds no deletes. Write it with mode 'upsert', or let the job delete no rows`,
    );
  }

  /** The records of the changes: at most one for a key. */
  records(
    { upserts, deletes }: TableChanges,
    partitions: ReadonlyMap<string, number>,
  ): readonly OutgoingRecord[] {
    const count = partitions.get(this.topic) as number;
    return [
      ...deletes.map((row) => this.#records.remove(row, count)),
      ...upserts.map((row) => this.#records.put(row, count)),
    ];
  }

  /** A tombstone for each key that has a row now, where it is. */
  async tombstones(
    port: KafkaPort,
    log: (line: string) => void,
    signal: AbortSignal,
  ): Promise<readonly OutgoingRecord[]> {
    const { topic } = this;
    const live = new Map<string, OutgoingRecord>();
    await readTopic({ port, topic, log, signal }, ({ partition, key, value }) => {
      // Of other writers: compaction does not know them either.
      if (key === null) return;
      const at = `${partition}/${Buffer.from(key).toString('latin1')}`;
      if (value === null) live.delete(at);
      else live.set(at, { topic, partition: Number(partition), key, value: null });
    });
    return [...live.values()];
  }

  /** All rows in primary key order. Of an `append` topic all records are rows, those of one key as they came. */
  async rows(port: KafkaPort, log: (line: string) => void, signal: AbortSignal): Promise<readonly Row[]> {
    const { topic } = this;
    const all: Row[] = [];
    // A key that has moved to another partition is gone in the one where it was: what is read first is not what was written first.
    const held = new Map<string, MemoryTable>();
    const heldIn = (partition: string): MemoryTable => {
      const found = held.get(partition) ?? new MemoryTable(this.#table, []);
      held.set(partition, found);
      return found;
    };
    await readTopic({ port, topic, log, signal }, ({ partition, offset, key, value }) => {
      const at = `${topic}[${partition}] offset ${offset}`;
      if (this.appends) all.push(this.#records.row(value ?? new Uint8Array(0), at));
      else if (value === null) heldIn(partition).delete(this.#records.key(key, at));
      else heldIn(partition).put(this.#records.row(value, at));
    });
    for (const table of held.values()) all.push(...table.rows());
    return all.sort(primaryKeyOrder(this.#table));
  }
}
