import { wrong } from '../errors.ts';
import { site, there } from './build/site.ts';

/** A length of time, in whole milliseconds. Made by `millis`, `seconds`, `minutes`, `hours`, `days`. */
export interface Duration {
  readonly millis: number;
}

/** Options of every operator that keeps state. */
export interface Kept {
  /** State of a key is forgotten this long after the last arrival for it; its result stays as it is. Without it: kept for ever. */
  readonly ttl?: Duration;
}

const made = new WeakSet<object>();

/** Whether a value is a duration of this module. */
export const isDuration = (value: unknown): value is Duration =>
  typeof value === 'object' && value !== null && made.has(value);

function duration(n: number, unit: number, name: string): Duration {
  const length = n * unit;
  if (typeof n !== 'number' || !Number.isSafeInteger(length) || length < 0) {
    throw wrong(
      there(site(), `${name}(${String(n)}): a duration is a number, and a whole number of milliseconds`),
    );
  }
  const result = Object.freeze({ millis: length });
  made.add(result);
  return result;
}

/** `n` milliseconds. */
export function millis(n: number): Duration {
  return duration(n, 1, 'millis');
}
/** `n` seconds. */
export function seconds(n: number): Duration {
  return duration(n, 1000, 'seconds');
}
/** `n` minutes. */
export function minutes(n: number): Duration {
  return duration(n, 60_000, 'minutes');
}
/** `n` hours. */
export function hours(n: number): Duration {
  return duration(n, 3_600_000, 'hours');
}
/** `n` days of 24 hours. */
export function days(n: number): Duration {
  return duration(n, 86_400_000, 'days');
}
