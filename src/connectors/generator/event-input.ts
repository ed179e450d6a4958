import type { ColumnSchema } from '../../plan/schema.ts';
import type { ByteInput } from '../file/byte-input.ts';
import { eventLines, FLAWS, type Flaw } from './event-lines.ts';
import type { GeneratorOptions } from './generator-options.ts';
import { World } from './world.ts';

/** Events that are made at once. */
const AT_ONCE = 500;
/** Events of one pass over the time, where there is no end. */
const PASS = 100_000;

/** Generated events as bytes of NDJSON: those of the past at once, those of the present as their time comes. */
export class EventInput implements ByteInput {
  readonly #options: GeneratorOptions;
  readonly #world: World;
  readonly #line: ReturnType<typeof eventLines>;
  /** Events of the past. */
  readonly #past: number;
  readonly #begun = performance.now();
  #made = 0;
  #flaws = 0;
  #rest = Buffer.alloc(0);
  #closed = false;
  #wake = (): void => {};

  constructor(columns: readonly ColumnSchema[], options: GeneratorOptions) {
    this.#options = options;
    this.#world = new World(options.seed);
    this.#line = eventLines(columns);
    const { rows, ratePerSecond } = options;
    this.#past = rows ?? (ratePerSecond === null ? Number.POSITIVE_INFINITY : 0);
  }

  /** Passes over the next events, which are made all the same. @returns their bytes */
  skip(count: number): number {
    let bytes = 0;
    for (let left = count; left > 0; left -= AT_ONCE) bytes += this.#make(Math.min(left, AT_ONCE)).length;
    return bytes;
  }

  async read(into: Buffer, at: number, length: number): Promise<number> {
    while (this.#rest.length === 0) {
      if (this.#closed) return 0;
      const due = this.#due();
      if (due > 0) this.#rest = this.#make(Math.min(due, AT_ONCE));
      else if (this.#options.ratePerSecond === null) return 0;
      else await this.#sleep(this.#options.ratePerSecond);
    }
    const n = this.#rest.copy(into, at, 0, length);
    this.#rest = this.#rest.subarray(n);
    return n;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
  }

  /** Events that have happened and are not made yet. */
  #due(): number {
    const { ratePerSecond } = this.#options;
    const live =
      ratePerSecond === null ? 0 : Math.floor(((performance.now() - this.#begun) * ratePerSecond) / 1000);
    return this.#past + live - this.#made;
  }

  #make(count: number): Buffer<ArrayBuffer> {
    let lines = '';
    for (let i = 0; i < count; i++) {
      const index = this.#made++;
      const moment = { index, user: this.#world.someone(), time: this.#timeOf(index) };
      lines += this.#line(this.#world, moment, this.#flawOf(index));
    }
    return Buffer.from(lines);
  }

  #timeOf(index: number): number {
    const { from, to, rows, ratePerSecond } = this.#options;
    if (index >= this.#past) return Math.floor(to + ((index - this.#past) * 1000) / (ratePerSecond ?? 1));
    const events = rows ?? PASS;
    return Math.floor(from + ((to - from) * ((index % events) + this.#world.random.next())) / events);
  }

  /** Bad ones stand apart as far as they can, and not at the beginning. */
  #flawOf(index: number): Flaw | undefined {
    const { rows, badRows } = this.#options;
    const events = rows ?? PASS;
    const before = Math.floor((index * badRows) / events + 0.5);
    const after = Math.floor(((index + 1) * badRows) / events + 0.5);
    return after > before ? FLAWS[this.#flaws++ % FLAWS.length] : undefined;
  }

  async #sleep(ratePerSecond: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(20, 1000 / ratePerSecond));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
