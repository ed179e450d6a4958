import type { TopicRecord } from '../../../src/connectors/topic/topic-batch.ts';
import type { Offsets } from '../../../src/connectors/topic/topic-position.ts';
import type { TopicFeed } from '../../../src/connectors/topic/topic-source.ts';

/** A record whose bytes are a text. */
export const record = (partition: string, offset: number, text: string): TopicRecord => ({
  partition,
  offset,
  raw: Buffer.from(text),
});

/** Gives lists of records, one for each call of `next`, without those before `from`. */
export class ListFeed implements TopicFeed<TopicRecord> {
  readonly told: Offsets[] = [];
  calls = 0;
  closed = false;
  readonly #lists: (readonly TopicRecord[])[];

  constructor(lists: readonly (readonly TopicRecord[])[], from: Offsets = {}) {
    this.#lists = lists.map((list) =>
      list.filter(({ partition, offset }) => offset >= (from[partition] ?? 0)),
    );
  }

  async next(): Promise<readonly TopicRecord[] | null> {
    this.calls++;
    return this.#lists.shift() ?? null;
  }

  durable(offsets: Offsets): void {
    this.told.push(offsets);
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}
