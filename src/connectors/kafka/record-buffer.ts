import type { KafkaRecord } from './kafka-port.ts';

/** Bytes that a record takes beside its key and its value, about. */
const OVERHEAD = 100;

/** Lists of records that were read ahead. Whoever fetches waits for room; one reader takes. */
export class RecordBuffer {
  readonly #limit: number;
  readonly #lists: { readonly records: readonly KafkaRecord[]; readonly bytes: number }[] = [];
  #bytes = 0;
  #ended = false;
  #failure: unknown;
  #reader: (() => void) | undefined;
  readonly #writers: (() => void)[] = [];

  /** `limit`: bytes at which it is full. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Waits while it is full. */
  async room(): Promise<void> {
    while (this.#bytes >= this.#limit && !this.#ended)
      await new Promise<void>((resolve) => this.#writers.push(resolve));
  }

  /** Adds records; nothing once it has ended. */
  put(records: readonly KafkaRecord[]): void {
    if (records.length === 0 || this.#ended) return;
    let bytes = 0;
    for (const { key, value } of records) bytes += OVERHEAD + (key?.length ?? 0) + (value?.length ?? 0);
    this.#lists.push({ records, bytes });
    this.#bytes += bytes;
    this.#reader?.();
  }

  /** The next records; null at the end. Waits while there are none. Throws what it ended with. */
  async take(): Promise<readonly KafkaRecord[] | null> {
    while (this.#lists.length === 0 && !this.#ended)
      await new Promise<void>((resolve) => {
        this.#reader = resolve;
      });
    const list = this.#lists.shift();
    if (list !== undefined) {
      this.#bytes -= list.bytes;
      this.#wakeWriters();
      return list.records;
    }
    if (this.#failure !== undefined) throw this.#failure;
    return null;
  }

  /** No records follow: those that wait are still taken, then null is, or the error thrown. */
  end(failure?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = failure;
    this.#reader?.();
    this.#wakeWriters();
  }

  /** Ends it and lets go of what waits. */
  close(): void {
    this.end();
    this.#lists.length = 0;
    this.#bytes = 0;
  }

  #wakeWriters(): void {
    for (const resolve of this.#writers.splice(0)) resolve();
  }
}
