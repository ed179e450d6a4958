import { wrong } from '../errors.ts';
import { site, there } from './build/site.ts';
import { type Duration, isDuration } from './duration.ts';

/**
 * A moment of the clock. It stands beside a timestamp and beside epoch milliseconds.
 * The clock is read once per epoch, when a row arrives; its answer for a row is never revised.
 */
export interface Instant {
  /** So much later. */
  plus(duration: Duration): Instant;
  /** So much earlier. */
  minus(duration: Duration): Instant;
  /** Which moment, for people. */
  readonly clock: string;
}

/** An instant as the builder sees it: which clock, moved by how many milliseconds. */
export class ClockInstant implements Instant {
  readonly of: 'now' | 'startOfToday' | 'startOfHour';
  readonly shift: number;
  constructor(of: ClockInstant['of'], shift: number) {
    this.of = of;
    this.shift = shift;
    Object.freeze(this);
  }
  get clock(): string {
    const { of, shift } = this;
    return shift === 0 ? `${of}()` : `${of}() ${shift < 0 ? '−' : '+'} ${Math.abs(shift)} ms`;
  }
  plus(duration: Duration): Instant {
    return new ClockInstant(this.of, this.shift + length(duration));
  }
  minus(duration: Duration): Instant {
    return new ClockInstant(this.of, this.shift - length(duration));
  }
}

function length(duration: Duration): number {
  if (!isDuration(duration)) throw wrong(there(site(), 'an instant moves by a duration: .minus(days(1))'));
  return duration.millis;
}

/** The epoch's clock. */
export function now(): Instant {
  return new ClockInstant('now', 0);
}
/** Where the day of the epoch's clock begins, in the catalog's zone. */
export function startOfToday(): Instant {
  return new ClockInstant('startOfToday', 0);
}
/** Where the hour of the epoch's clock begins, in the catalog's zone. */
export function startOfHour(): Instant {
  return new ClockInstant('startOfHour', 0);
}
