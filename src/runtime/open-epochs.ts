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
  #applied = new Uint8Array(1024);
  readonly #faults: Epoch['faults'] = new Map();
  readonly #wroteFor: Epoch['wroteFor'] = new Map();

  constructor(environment: Environment, clock: () => number) {
    this.#environment = environment;
    this.#clock = clock;
  }

  /** Opens the epoch of these rows. @throws MillraceError where the clock gives no time */
  open({ parts, firstSeq, endSeq }: Gathered, number: number): Epoch {
    this.#tick();
    empty(this.#faults);
    empty(this.#wroteFor);
    const n = endSeq - firstSeq;
    if (n > this.#applied.length) this.#applied = new Uint8Array(Math.max(n, this.#applied.length * 2));
    return {
      number,
      clock: this.#now,
      parts,
      firstSeq,
      endSeq,
      faults: this.#faults,
      spoilt: false,
      applied: this.#applied,
      wroteFor: this.#wroteFor,
    };
  }

  #tick(): void {
    const now = this.#clock();
    if (!Number.isFinite(now)) throw failed(`the clock gives ${now}: it must give epoch milliseconds`);
    if (now <= this.#now) return;
    this.#now = now;
    const { calendar, clock } = this.#environment;
    clock.now = now;
    clock.startOfToday = calendar.startOfDay(now);
    clock.startOfHour = calendar.startOfHour(now);
  }
}

/** Emptying an empty map is not free: it makes a new table. */
function empty(map: Map<unknown, unknown>): void {
  if (map.size > 0) map.clear();
}
