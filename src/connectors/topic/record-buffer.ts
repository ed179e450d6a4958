/** Lists of records that were read ahead. Whoever fetches waits for room; one reader takes. */
export class RecordBuffer<R> {
  readonly #limit: number;
  readonly #sizeOf: (record: R) => number;
  readonly #lists: { readonly records: readonly R[]; readonly size: number }[] = [];
  #size = 0;
  #ended = false;
  #failure: unknown;
  #reader: (() => void) | undefined;
  readonly #writers: (() => void)[] = [];

  /** `limit`: the sum of the records' sizes at which it is full. */
  constructor(limit: number, sizeOf: (record: R) => number) {
    this.#limit = limit;
    this.#sizeOf = sizeOf;
  }

  /** Waits while it is full. */
  async room(): Promise<void> {
    while (this.#size >= this.#limit && !this.#ended)
      await new Promise<void>((resolve) => this.#writers.push(resolve));
  }

  /** Adds records; nothing once it has ended. */
  put(records: readonly R[]): void {
    if (records.length === 0 || this.#ended) return;
    const size = records.reduce((sum, record) => sum + this.#sizeOf(record), 0);
    this.#lists.push({ records, size });
    this.#size += size;
    this.#reader?.();
  }

  /** The next records; null at the end. Waits while there are none. Throws what it ended with. */
  async take(): Promise<readonly R[] | null> {
    while (this.#lists.length === 0 && !this.#ended)
      await new Promise<void>((resolve) => {
        this.#reader = resolve;
      });
    const list = this.#lists.shift();
    if (list !== undefined) {
      this.#size -= list.size;
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
    this.#size = 0;
  }

  #wakeWriters(): void {
    for (const resolve of this.#writers.splice(0)) resolve();
  }
}
