import { later } from './refusal.ts';

/**
 * Most events per second, over time. Up to a second's events may come at once; a request is taken whole as long as something is left, and what
 * it took beyond that is waited for after it.
 */
export class EventRate {
  readonly #perSecond: number;
  readonly #now: () => number;
  #left: number;
  #at: number;

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.#perSecond = perSecond;
    this.#now = now;
    this.#left = perSecond;
    this.#at = now();
  }

  /** Takes events; of none, only asks. Throws a Refusal (429) where nothing is left. */
  take(events: number): void {
    const now = this.#now();
    const come = ((now - this.#at) / 1000) * this.#perSecond;
    this.#left = Math.min(this.#perSecond, this.#left + come);
    this.#at = now;
    if (this.#left <= 0)
      throw later(`more than ${this.#perSecond} events per second`, -this.#left / this.#perSecond);
    this.#left -= events;
  }
}
