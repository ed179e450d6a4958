import type { Source, SourceBatch } from '../connectors/source.ts';
import { isPending, type MaybePromise } from '../maybe-promise.ts';
import type { EpochPart } from './epoch.ts';

/** Bounds of an epoch. */
export interface EpochBounds {
  readonly rows: number;
  /** Milliseconds from its first row on; 0: by rows alone. */
  readonly ms: number;
  /** Rows of the whole run. */
  readonly limit: number;
}

/** The rows of an epoch, in order of arrival. */
export interface Gathered {
  readonly parts: readonly EpochPart[];
  readonly firstSeq: number;
  readonly endSeq: number;
}

/** An epoch that is being gathered. */
interface Gathering {
  readonly parts: EpochPart[];
  readonly firstSeq: number;
  /** Rows that fit in. */
  readonly most: number;
  timer: NodeJS.Timeout | undefined;
  /** When its time is up, by `performance.now()`. */
  until: number;
  timeUp: boolean;
}

interface Reading {
  readonly source: Source;
  /** Rows that the read under way may bring; 0: there is none. It may outlast the epoch that asked for it. */
  asked: number;
  /** What the read answered, until an epoch takes it. */
  answer: { readonly batch: SourceBatch | null } | { readonly error: unknown } | null;
  ended: boolean;
}

/**
 * Cuts the rows of all sources into epochs: each holds at most `rows` rows, one cut through all sources, and is closed
 * early when its time is up, the sources end or `stop` is called. Sources are pulled, in turn, for no more than fits.
 */
export class Assembler {
  /** In each epoch another is the first to be asked. */
  readonly #readings: Reading[];
  readonly #bounds: EpochBounds;
  #seq: number;
  readonly #start: number;
  #stopped = false;
  /** What a source threw while an epoch had rows already: the epoch ends with them, the next one tells. */
  #failure: { readonly error: unknown } | undefined;
  /** Wakes the epoch that waits. */
  #wake: () => void = () => {};

  /** @param seq the sequence number of the first row */
  constructor(sources: readonly Source[], bounds: EpochBounds, seq = 0) {
    this.#seq = seq;
    this.#start = seq;
    this.#readings = sources.map((source) => ({ source, asked: 0, answer: null, ended: false }));
    // The first epoch begins with the first.
    const last = this.#readings.pop();
    if (last !== undefined) this.#readings.unshift(last);
    this.#bounds = bounds;
  }

  /** Closes the open epoch; there is none after it. */
  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  /**
   * The next epoch, of at least one row; null at the end. At once where the sources have its rows at hand. Rejects with
   * what a source throws, once all rows before it are given.
   */
  next(): MaybePromise<Gathered | null> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    const [first] = this.#readings.splice(0, 1);
    if (first !== undefined) this.#readings.push(first);
    const firstSeq = this.#seq;
    const most = Math.min(this.#bounds.rows, this.#bounds.limit - (firstSeq - this.#start));
    return this.#gather({ parts: [], firstSeq, most, timer: undefined, until: 0, timeUp: false });
  }

  #gather(open: Gathering): MaybePromise<Gathered | null> {
    const { parts, firstSeq, most } = open;
    while (!this.#stopped && !open.timeUp && this.#seq - firstSeq < most) {
      if (!this.#ask(most - (this.#seq - firstSeq))) break;
      const ready = this.#ready();
      if (ready === undefined)
        return new Promise<void>((resolve) => {
          this.#wake = resolve;
        }).then(() => this.#gather(open));
      this.#add(ready, open);
      if (this.#failure !== undefined) {
        // What the other sources have answered is given before it is told.
        for (const reading of this.#readings) if (reading.answer !== null) this.#add(reading, open);
        break;
      }
      if (this.#bounds.ms > 0 && parts.length > 0 && this.#seq - firstSeq < most) this.#time(open);
    }
    clearTimeout(open.timer);
    if (parts.length > 0) return { parts, firstSeq, endSeq: this.#seq };
    return this.#failure === undefined ? null : Promise.reject(this.#failure.error);
  }

  /** Adds what a source answered. */
  #add(reading: Reading, { parts }: Gathering): void {
    const answer = this.#take(reading);
    if ('error' in answer) this.#failure ??= answer;
    else if (answer.batch !== null) {
      parts.push({ source: reading.source.name, firstSeq: this.#seq, batch: answer.batch });
      this.#seq += answer.batch.n;
    }
  }

  /** Ends an epoch that has rows when its time is up, whether its sources wait or not. */
  #time(open: Gathering): void {
    if (open.timer === undefined) {
      open.until = performance.now() + this.#bounds.ms;
      open.timer = setTimeout(() => {
        open.timeUp = true;
        this.#wake();
      }, this.#bounds.ms);
    } else if (performance.now() >= open.until) open.timeUp = true;
  }

  /** A source that answered. By rows alone, sources are taken in a fixed order: runs repeat exactly. */
  #ready(): Reading | undefined {
    for (const reading of this.#readings) {
      if (reading.asked === 0) continue;
      if (reading.answer !== null) return reading;
      if (this.#bounds.ms === 0) return undefined;
    }
    return undefined;
  }

  #take(reading: Reading): NonNullable<Reading['answer']> {
    const answer = reading.answer as NonNullable<Reading['answer']>;
    reading.answer = null;
    reading.asked = 0;
    if ('batch' in answer && answer.batch === null) reading.ended = true;
    return answer;
  }

  /** Asks every idle source for its share of the rows that still fit. @returns whether any source is asked */
  #ask(room: number): boolean {
    let left = room;
    let idle = 0;
    let asked = false;
    for (const reading of this.#readings) {
      if (reading.ended) continue;
      left -= reading.asked;
      if (reading.asked === 0) idle++;
      else asked = true;
    }
    for (const reading of this.#readings) {
      if (reading.ended || reading.asked > 0 || left <= 0) continue;
      reading.asked = Math.max(1, Math.floor(left / idle));
      left -= reading.asked;
      idle--;
      asked = true;
      this.#read(reading);
    }
    return asked;
  }

  #read(reading: Reading): void {
    try {
      const batch = reading.source.read(reading.asked);
      if (isPending(batch))
        batch.then(
          (later) => this.#answered(reading, { batch: later }),
          (error: unknown) => this.#answered(reading, { error }),
        );
      else reading.answer = { batch };
    } catch (error) {
      reading.answer = { error };
    }
  }

  #answered(reading: Reading, answer: NonNullable<Reading['answer']>): void {
    reading.answer = answer;
    this.#wake();
  }
}
