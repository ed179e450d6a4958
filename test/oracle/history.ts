import type { SourceSchema } from '../../src/plan/schema.ts';
import { deleted } from '../../src/runtime/sources/deleted-row.ts';
import { decoded } from './decode.ts';
import type { Arrived } from './types.ts';

/** A row as a program gives it, and how far the clock went on since the one before, in milliseconds (perhaps back). */
export interface Event {
  readonly object: unknown;
  /** Of a keyed source: the object has the key of a row that is gone. */
  readonly deleted?: boolean;
  readonly after: number;
}

/** The event as the engine is given it. */
export const givenTo = ({ object, deleted: gone }: Event): unknown =>
  gone && typeof object === 'object' && object !== null ? deleted(object) : object;

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
  return events.map(({ object, deleted }, i) => ({
    row: deleted ? decoded(schema, object, schema.primaryKey) : decoded(schema, object),
    ...(deleted && { deleted }),
    clock: Math.max(...clocks.slice(0, Math.floor(i / size) + 1)),
  }));
}
