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
  /** A read under way; it may outlast the epoch that asked for it, and then belongs to the next. */
  pending: Promise<SourceBatch | null> | null;
  /** Rows that the read under way may bring. */
  asked: number;
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
  #wake: () => void = () => {};
  readonly #stop: Promise<void>;

  constructor(sources: readonly Source[], bounds: EpochBounds) {
    this.#readings = sources.map((source) => ({ source, pending: null, asked: 0, ended: false }));
    this.#bounds = bounds;
    this.#stop = new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Closes the open epoch; there is none after it. */
  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  /** The next epoch, of at least one row; null at the end. */
  async next(): Promise<Gathered | null> {
    const firstSeq = this.#seq;
    const most = Math.min(this.#bounds.rows, this.#bounds.limit - firstSeq);
    const parts: EpochPart[] = [];
    let timer: NodeJS.Timeout | undefined;
    let timeUp: Promise<'time'> | undefined;
    while (!this.#stopped && this.#seq - firstSeq < most) {
      this.#ask(most - (this.#seq - firstSeq));
      const open = this.#readings.filter((reading) => reading.pending !== null);
      if (open.length === 0) break;
      const reads = open.map(async (reading) => ({ reading, batch: await reading.pending }));
      // By rows alone, sources are taken in a fixed order: runs repeat exactly.
      const candidates: Promise<{ reading: Reading; batch: SourceBatch | null } | 'time' | 'stop'>[] =
        this.#bounds.ms === 0 ? reads.slice(0, 1) : reads;
      for (const read of reads) read.catch(() => {});
      const arrived = await Promise.race([
        ...candidates,
        this.#stop.then(() => 'stop' as const),
        ...(timeUp === undefined ? [] : [timeUp]),
      ]);
      if (arrived === 'time' || arrived === 'stop') break;
      const { reading, batch } = arrived;
      reading.pending = null;
      if (batch === null) {
        reading.ended = true;
        continue;
      }
      parts.push({ source: reading.source.name, firstSeq: this.#seq, batch });
      this.#seq += batch.n;
      if (this.#bounds.ms > 0 && timeUp === undefined)
        timeUp = new Promise((resolve) => {
          timer = setTimeout(() => resolve('time'), this.#bounds.ms);
        });
    }
    clearTimeout(timer);
    return parts.length === 0 ? null : { parts, firstSeq, endSeq: this.#seq };
  }

  /** Asks every idle source for its share of the rows that still fit. */
  #ask(room: number): void {
    const active = this.#readings.filter((reading) => !reading.ended);
    let left =
      room - active.reduce((sum, reading) => sum + (reading.pending === null ? 0 : reading.asked), 0);
    let idle = active.filter((reading) => reading.pending === null).length;
    for (const reading of active) {
      if (reading.pending !== null || left <= 0) continue;
      const share = Math.max(1, Math.floor(left / idle));
      reading.asked = share;
      reading.pending = reading.source.read(share);
      left -= share;
      idle--;
    }
  }
}
