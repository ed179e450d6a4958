import { RowError } from '../errors.ts';
import { isInteger } from '../plan/derive/numeric-type.ts';
import type { ColumnSchema, TableSchema } from '../plan/schema.ts';
import { decimalOf, type SqlType, type Value } from '../values/sql-type.ts';
import { columnFit } from './fit.ts';

/** The value that a key column would have to hold; undefined where it can hold none that is equal. */
export type KeyConversion = (value: Value) => Value | undefined;

/**
 * How a value of type `from` is looked for in a key column: the same number or text, in the column's own form. Null where
 * it is that already.
 */
export function keyConversion(table: TableSchema, column: ColumnSchema, from: SqlType): KeyConversion | null {
  const { type } = column;
  if (type !== from && isInteger(type)) return type === 'BIGINT(bigint)' ? widened : narrowed(type);
  const to = decimalOf(type);
  const of = decimalOf(from);
  if (type !== from && to !== undefined && of !== undefined) return rescaled(of.scale, to);
  const conform = columnFit(table, column, from);
  if (conform === null) return null;
  return (value) => {
    try {
      return conform(value);
    } catch (error) {
      if (error instanceof RowError) return undefined;
      throw error;
    }
  };
}

const widened: KeyConversion = (value) => BigInt(value as number);

function narrowed(type: SqlType): KeyConversion {
  const most = type === 'INT' ? 2 ** 31 - 1 : Number.MAX_SAFE_INTEGER;
  const least = type === 'INT' ? -(2 ** 31) : -most;
  return (value) => {
    const integer = value as number | bigint;
    return integer >= least && integer <= most ? Number(integer) : undefined;
  };
}

function rescaled(scale: number, to: { readonly precision: number; readonly scale: number }): KeyConversion {
  const up = 10n ** BigInt(Math.max(0, to.scale - scale));
  const down = 10n ** BigInt(Math.max(0, scale - to.scale));
  const limit = 10n ** BigInt(to.precision);
  return (value) => {
    const units = (value as bigint) * up;
    if (units % down !== 0n) return undefined;
    const held = units / down;
    return held < limit && -held < limit ? held : undefined;
  };
}
