// The oracle shares the plan's nodes with the engine, and nothing else.
import type { Column } from '../../src/plan/schema.ts';

export type SqlType = Column['type'];
/** As inside the engine: a DECIMAL is a bigint of units, a TIMESTAMP(3) epoch milliseconds. */
export type Value = number | bigint | string | boolean | null;
export type Row = Readonly<Record<string, Value>>;

/** A source row as it arrived; `row` is null where it could not be decoded. Its place in a list is its arrival. */
export interface Arrived {
  readonly row: Row | null;
  /** Of a keyed source: the key's row is gone. */
  readonly deleted?: boolean;
  /** Recorded clock of its epoch, epoch milliseconds. */
  readonly clock: number;
}

/** The row cannot be applied. */
export class Reject extends Error {}

/** Precision and scale of a DECIMAL. */
export function decimalParts(type: SqlType): readonly [precision: number, scale: number] | undefined {
  const parts = /^DECIMAL\((\d+),(\d+)\)$/.exec(type);
  return parts === null ? undefined : [Number(parts[1]), Number(parts[2])];
}
