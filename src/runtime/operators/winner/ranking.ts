import TinyQueue from 'tinyqueue';
import type { Row } from '../../../values/sql-type.ts';
import type { Beats } from './order.ts';

/** A row of a key, as long as it can count. */
export interface Entry {
  readonly row: Row;
  readonly seq: number;
  readonly slot: number;
  /** False once it was taken back. */
  live: boolean;
  /** True once it can never be taken back. */
  settled: boolean;
}

/** The rows of one key in order, of which only the first is asked for. */
export interface Ranking {
  readonly first: Entry | undefined;
  add(entry: Entry): void;
  /** Entry is live again, after a rollback. */
  revive(entry: Entry): void;
}

/** Rows that are never taken back: only the first needs to be kept. */
export class BestRanking implements Ranking {
  first: Entry | undefined;
  readonly #beats: Beats;
  readonly #replaced: (ranking: BestRanking, first: Entry | undefined) => void;

  /** @param replaced told the first entry before, so that it can be put back */
  constructor(beats: Beats, replaced: (ranking: BestRanking, first: Entry | undefined) => void) {
    this.#beats = beats;
    this.#replaced = replaced;
  }

  add(entry: Entry): void {
    const { first } = this;
    if (first !== undefined && !this.#beats(entry.row, entry.seq, first.row, first.seq)) return;
    this.#replaced(this, first);
    this.first = entry;
  }

  revive(): void {}
}

/**
 * Rows that may be taken back: a heap from which dead entries are dropped when they come up, so that a retracted first
 * falls back to the next without a scan.
 */
export class RetractableRanking implements Ranking {
  #heap: TinyQueue<Entry>;
  readonly #compare: (a: Entry, b: Entry) => number;
  readonly #beats: Beats;

  constructor(beats: Beats) {
    this.#beats = beats;
    this.#compare = (a, b) => (a === b ? 0 : beats(a.row, a.seq, b.row, b.seq) ? -1 : 1);
    this.#heap = new TinyQueue<Entry>([], this.#compare);
  }

  get first(): Entry | undefined {
    let top = this.#heap.peek();
    while (top !== undefined && !top.live) {
      this.#heap.pop();
      top = this.#heap.peek();
    }
    return top;
  }

  add(entry: Entry): void {
    this.#heap.push(entry);
  }

  /** It may have been dropped while it was dead; standing in the heap twice does no harm. */
  revive(entry: Entry): void {
    this.#heap.push(entry);
  }

  /** Lets go of entries that can never be first again: dead ones, and those behind a settled one. For sealed epochs only. */
  compact(): void {
    let settled: Entry | undefined;
    for (const entry of this.#heap.data)
      if (
        entry.live &&
        entry.settled &&
        (settled === undefined || this.#beats(entry.row, entry.seq, settled.row, settled.seq))
      )
        settled = entry;
    const best = settled;
    const kept = [...new Set(this.#heap.data)].filter(
      (entry) =>
        entry.live &&
        (best === undefined || entry === best || this.#beats(entry.row, entry.seq, best.row, best.seq)),
    );
    this.#heap = new TinyQueue(kept, this.#compare);
  }

  /** Entries held, dead ones too; perhaps some twice. */
  entries(): readonly Entry[] {
    return this.#heap.data;
  }

  /** How many. */
  get size(): number {
    return this.#heap.length;
  }
}
