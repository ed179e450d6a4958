import { failed } from '../errors.ts';
import type { Gathered } from './assembler.ts';
import type { Epoch } from './epoch.ts';
import type { Environment } from './expressions/environment.ts';

/**
 * Opens epochs: one at a time, on a clock that never goes back. What is noted in an epoch is noted in the same maps as in
 * the one before, emptied.
 */
export class OpenEpochs {
  readonly #environment: Environment;
  readonly #clock: () => number;
  #now = Number.NEGATIVE_INFINITY;
  /** No epoch is on an earlier clock. */
  #least = Number.NEGATIVE_INFINITY;
  #applied = new Uint8Array(1024);
  readonly #faults: Epoch['faults'] = new Map();
  readonly #wroteFor: Epoch['wroteFor'] = new Map();

  constructor(environment: Environment, clock: () => number) {
    this.#environment = environment;
    this.#clock = clock;
  }

  /** An epoch without rows that stands for all up to one of a state. None after it is on an earlier clock. */
  past(number: number, clock: number, seq: number): Epoch {
    this.#least = clock;
    this.#set(clock);
    return this.#opened({ parts: [], firstSeq: seq, endSeq: seq }, number);
  }

  /** Opens the epoch of these rows. @throws MillraceError where the clock gives no time */
  open({ parts, firstSeq, endSeq }: Gathered, number: number): Epoch {
    this.#tick();
    const n = endSeq - firstSeq;
    if (n > this.#applied.length) this.#applied = new Uint8Array(Math.max(n, this.#applied.length * 2));
    return this.#opened({ parts, firstSeq, endSeq }, number);
  }

  #opened({ parts, firstSeq, endSeq }: Gathered, number: number): Epoch {
    empty(this.#faults);
    empty(this.#wroteFor);
    return {
      number,
      clock: this.#now,
      parts,
      firstSeq,
      endSeq,
      deletes: deletesIn(parts),
      faults: this.#faults,
      spoilt: false,
      applied: this.#applied,
      wroteFor: this.#wroteFor,
    };
  }

  #tick(): void {
    const told = this.#clock();
    if (!Number.isFinite(told)) throw failed(`the clock gives ${told}: it must give epoch milliseconds`);
    const now = Math.max(told, this.#least);
    if (now > this.#now) this.#set(now);
  }

  #set(now: number): void {
    this.#now = now;
    const { calendar, clock } = this.#environment;
    clock.now = now;
    clock.startOfToday = calendar.startOfDay(now);
    clock.startOfHour = calendar.startOfHour(now);
  }
}

const NONE: ReadonlySet<number> = new Set();

/** The rows that delete, by sequence number. */
function deletesIn(parts: Gathered['parts']): ReadonlySet<number> {
  if (parts.every(({ batch }) => batch.deletes === undefined)) return NONE;
  return new Set(parts.flatMap(({ firstSeq, batch }) => (batch.deletes ?? []).map((i) => firstSeq + i)));
}

/** Emptying an empty map is not free: it makes a new table. */
function empty(map: Map<unknown, unknown>): void {
  if (map.size > 0) map.clear();
}
