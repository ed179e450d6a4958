import { wrong } from '../errors.ts';
import type { SqlType } from '../values/sql-type.ts';
import { site, there } from './build/site.ts';

declare const type: unique symbol;
/** A column of a source or a table. It may be NULL unless it is `notNull()` or part of a primary key. */
export interface Column<out T> {
  readonly [type]: T;
  /** The column without NULL: a row that has one is quarantined. */
  notNull(): Column<NonNullable<T>>;
}

/** How records of a source write a time. Text is ISO 8601 or SQL, UTC where it names no offset. */
export type TimeForm = 'text' | 'millis' | 'seconds';

/** A declared column as the catalog sees it. */
export class DeclaredColumn<out T = unknown> implements Column<T> {
  declare readonly [type]: T;
  readonly sql: SqlType;
  readonly nullable: boolean;
  readonly length: number | null;
  readonly from: TimeForm;
  constructor(sql: SqlType, more: { nullable?: boolean; length?: number | null; from?: TimeForm } = {}) {
    this.sql = sql;
    this.nullable = more.nullable ?? true;
    this.length = more.length ?? null;
    this.from = more.from ?? 'text';
    Object.freeze(this);
  }
  notNull(): Column<NonNullable<T>> {
    const { length, from } = this;
    return new DeclaredColumn<NonNullable<T>>(this.sql, { nullable: false, length, from });
  }
}

const whole = (value: unknown, low: number, high: number): boolean =>
  Number.isInteger(value) && (value as number) >= low && (value as number) <= high;

/** INT: 32 bits. */
export function int(): Column<'INT' | null> {
  return new DeclaredColumn('INT');
}
/** BIGINT as a JavaScript number, checked to be a safe integer. */
export function bigint(): Column<'BIGINT' | null>;
/** BIGINT of 64 bits exact: a JavaScript `bigint`. */
export function bigint(options: { readonly mode: 'bigint' }): Column<'BIGINT(bigint)' | null>;
export function bigint(options?: { readonly mode?: unknown }): Column<'BIGINT' | 'BIGINT(bigint)' | null> {
  if (options === undefined) return new DeclaredColumn('BIGINT');
  if (options?.mode === 'bigint') return new DeclaredColumn('BIGINT(bigint)');
  throw wrong(there(site(), "bigint(): the only option is { mode: 'bigint' }"));
}
/** DOUBLE: a JavaScript number, always finite. */
export function double(): Column<'DOUBLE' | null> {
  return new DeclaredColumn('DOUBLE');
}
/** DECIMAL(precision, scale), exact: so many digits in all, so many of them after the point. Precision is 1 to 38. */
export function decimal<const P extends number, const S extends number>(
  precision: P,
  scale: S,
): Column<`DECIMAL(${P},${S})` | null> {
  if (!whole(precision, 1, 38) || !whole(scale, 0, precision)) {
    throw wrong(
      there(
        site(),
        `decimal(${String(precision)}, ${String(scale)}): the precision is 1 to 38, the scale 0 to the precision`,
      ),
    );
  }
  return new DeclaredColumn(`DECIMAL(${precision},${scale})`);
}
/** VARCHAR: text. With `length`, a text of more characters (code points) is quarantined. */
export function varchar(length?: number): Column<'VARCHAR' | null> {
  if (length !== undefined && !whole(length, 1, 16_777_216)) {
    throw wrong(
      there(site(), `varchar(${String(length)}): the length is a number of characters, at least 1`),
    );
  }
  return new DeclaredColumn('VARCHAR', { length: length ?? null });
}
/** BOOLEAN. */
export function boolean(): Column<'BOOLEAN' | null> {
  return new DeclaredColumn('BOOLEAN');
}
/** DATE: a day without a time. */
export function date(): Column<'DATE' | null> {
  return new DeclaredColumn('DATE');
}
/** TIMESTAMP(3): a moment, to the millisecond. `from` says how a source's records write it: text unless given. */
export function timestamp(options?: { readonly from?: TimeForm }): Column<'TIMESTAMP(3)' | null> {
  const from: unknown = options?.from ?? 'text';
  if (from !== 'text' && from !== 'millis' && from !== 'seconds') {
    throw wrong(
      there(site(), `timestamp(): from is 'text', 'millis' or 'seconds', not ${JSON.stringify(from)}`),
    );
  }
  return new DeclaredColumn('TIMESTAMP(3)', { from });
}

/** The row that columns declare. */
export type Declared<C> = { [K in keyof C]: C[K] extends Column<infer T> ? T : never };
