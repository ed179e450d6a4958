import type { Random } from './random.ts';

/** How large a data set is. */
export interface Shape {
  /** Events. */
  readonly rows: number;
  /** Users or accounts among which they are spread. With at least as many keys as rows, each event has a key of its own. */
  readonly keys: number;
}

/** Makes event `i` of a data set. */
export type MakeEvent<E> = (i: number, random: Random) => E;

/** Prime, and more than any number of keys: `i * STRIDE` passes through all of them before one comes back. */
const STRIDE = 2_147_483_647;

/** The key of event `i`, from 1 to `keys`. */
export function keyOf({ rows, keys }: Shape, i: number, random: Random): number {
  return 1 + (keys >= rows ? (i * (STRIDE % keys)) % keys : random.integer(keys));
}

/** 2025-01-15T00:00 in Asia/Shanghai, as epoch milliseconds: the day of all data. */
export const DAY_START = Date.UTC(2025, 0, 14, 16);
/** The clock of every run: the last second of that day. */
export const CLOCK = DAY_START + 86_399_000;

/** The time of event `i`: arrival follows the day from its start to its end, up to two minutes late. */
export function timeOf({ rows }: Shape, i: number, random: Random): number {
  const due = DAY_START + Math.floor((i / rows) * 86_000_000);
  return Math.max(DAY_START, due - random.integer(120_000));
}
