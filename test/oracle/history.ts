import type { SourceSchema } from '../../src/plan/schema.ts';
import { decoded } from './decode.ts';
import type { Arrived } from './types.ts';

/** A row as a program gives it, and how far the clock went on since the one before, in milliseconds (perhaps back). */
export interface Event {
  readonly object: unknown;
  readonly after: number;
}

/** The sizes at which every property is checked. */
export const EPOCH_SIZES = [1, 7, 1000] as const;

/** The clock at the start of each epoch, as it is read. */
export function clocksOf(start: number, events: readonly Event[], size: number): readonly number[] {
  let now = start;
  const clocks: number[] = [];
  events.forEach(({ after }, i) => {
    now += after;
    if (i % size === 0) clocks.push(now);
  });
  return clocks;
}

/** The rows with the clock that is recorded for them: it never goes back. */
export function arrivedIn(
  schema: SourceSchema,
  events: readonly Event[],
  clocks: readonly number[],
  size: number,
): readonly Arrived[] {
  return events.map(({ object }, i) => ({
    row: decoded(schema, object),
    clock: Math.max(...clocks.slice(0, Math.floor(i / size) + 1)),
  }));
}
