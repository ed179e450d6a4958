import type { Source, SourceBatch } from '../connectors/source.ts';
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
  readonly #readings: readonly Reading[];
  readonly #bounds: EpochBounds;
  #seq = 0;
  #stopped = false;
  /** What a source threw while an epoch had rows already: the epoch ends with them, the next one tells. */
  #failure: { readonly error: unknown } | undefined;
  /** Wakes the epoch that waits. */
  #wake: () => void = () => {};

  constructor(sources: readonly Source[], bounds: EpochBounds) {
    this.#readings = sources.map((source) => ({ source, asked: 0, answer: null, ended: false }));
    this.#bounds = bounds;
  }

  /** Closes the open epoch; there is none after it. */
  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  /** The next epoch, of at least one row; null at the end. Rejects with what a source throws, once all rows before it are given. */
  async next(): Promise<Gathered | null> {
    if (this.#failure !== undefined) throw this.#failure.error;
    const firstSeq = this.#seq;
    const most = Math.min(this.#bounds.rows, this.#bounds.limit - firstSeq);
    const parts: EpochPart[] = [];
    let timer: NodeJS.Timeout | undefined;
    let timeUp = false;
    try {
      while (!this.#stopped && !timeUp && this.#seq - firstSeq < most) {
        this.#ask(most - (this.#seq - firstSeq));
        const open = this.#readings.filter((reading) => reading.asked > 0);
        if (open.length === 0) break;
        // By rows alone, sources are taken in a fixed order: runs repeat exactly.
        const ready = (this.#bounds.ms === 0 ? open.slice(0, 1) : open).find(
          (reading) => reading.answer !== null,
        );
        if (ready === undefined) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          continue;
        }
        const answer = this.#take(ready);
        if ('error' in answer) {
          if (parts.length === 0) throw answer.error;
          this.#failure = answer;
          break;
        }
        const { batch } = answer;
        if (batch === null) continue;
        parts.push({ source: ready.source.name, firstSeq: this.#seq, batch });
        this.#seq += batch.n;
        if (this.#bounds.ms > 0 && timer === undefined)
          timer = setTimeout(() => {
            timeUp = true;
            this.#wake();
          }, this.#bounds.ms);
      }
    } finally {
      clearTimeout(timer);
    }
    return parts.length === 0 ? null : { parts, firstSeq, endSeq: this.#seq };
  }

  #take(reading: Reading): NonNullable<Reading['answer']> {
    const answer = reading.answer as NonNullable<Reading['answer']>;
    reading.answer = null;
    reading.asked = 0;
    if ('batch' in answer && answer.batch === null) reading.ended = true;
    return answer;
  }

  /** Asks every idle source for its share of the rows that still fit. */
  #ask(room: number): void {
    const active = this.#readings.filter((reading) => !reading.ended);
    let left = room - active.reduce((sum, reading) => sum + reading.asked, 0);
    let idle = active.filter((reading) => reading.asked === 0).length;
    for (const reading of active) {
      if (reading.asked > 0 || left <= 0) continue;
      const share = Math.max(1, Math.floor(left / idle));
      reading.asked = share;
      reading.source.read(share).then(
        (batch) => this.#answered(reading, { batch }),
        (error: unknown) => this.#answered(reading, { error }),
      );
      left -= share;
      idle--;
    }
  }

  #answered(reading: Reading, answer: NonNullable<Reading['answer']>): void {
    reading.answer = answer;
    this.#wake();
  }
}
