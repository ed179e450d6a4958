// Aggregates. NULL is not counted. One with `where` may see no row: it is then NULL (counts: 0).
import { aggregateCall } from './build/aggregate.ts';
import type { Agg, Arg, ColumnsOf, Fn } from './columns-of.ts';
import type { Columns, Test } from './expression.ts';
import type { AnyType, DecimalType, IntegerType, NumericType, OrderedType } from './sql-types.ts';

/** Which rows an aggregate counts: those for which the test is TRUE. */
export interface Where<in R> {
  readonly where: (row: Columns<R>) => Test<unknown, unknown>;
}
type Sum<T> = T extends 'INT'
  ? 'BIGINT'
  : T extends `DECIMAL(${string},${infer S extends number})`
    ? `DECIMAL(38,${S})`
    : T;
type Avg<T> = T extends IntegerType ? 'DOUBLE' : T extends DecimalType ? 'DECIMAL' : T;

function aggregate<R, T>(
  name: Parameters<typeof aggregateCall>[0],
  value: unknown,
  options: unknown,
): Agg<R, T> {
  return aggregateCall(name, value, options) as unknown as Agg<R, T>;
}

/** The number of rows. */
export function count<R>(options?: Where<R>): Agg<R, 'BIGINT'> {
  return aggregate('count', undefined, options);
}
/** The number of different values. */
export function countDistinct<R, const A extends ColumnsOf<R, AnyType> | Fn<R, AnyType>>(
  value: A,
  options?: Where<R>,
): Agg<R, 'BIGINT'> {
  return aggregate('countDistinct', value, options);
}

/** The sum, NULL over no value. Exact: a DOUBLE is rounded once, at the end. Of INT it is BIGINT, of DECIMAL(p,s) DECIMAL(38,s). */
export function sum<R, const A extends ColumnsOf<R, NumericType> | Fn<R, NumericType>>(
  value: A,
): Agg<R, Sum<Arg<R, A>>>;
export function sum<R, const A extends ColumnsOf<R, NumericType> | Fn<R, NumericType>>(
  value: A,
  options: Where<R>,
): Agg<R, Sum<Arg<R, A>> | null>;
export function sum<R>(value: unknown, options?: unknown): Agg<R, unknown> {
  return aggregate('sum', value, options);
}

/** The mean, NULL over no value. Of integers it is DOUBLE; `.cast('BIGINT')` makes it whole. */
export function avg<R, const A extends ColumnsOf<R, NumericType> | Fn<R, NumericType>>(
  value: A,
): Agg<R, Avg<Arg<R, A>>>;
export function avg<R, const A extends ColumnsOf<R, NumericType> | Fn<R, NumericType>>(
  value: A,
  options: Where<R>,
): Agg<R, Avg<Arg<R, A>> | null>;
export function avg<R>(value: unknown, options?: unknown): Agg<R, unknown> {
  return aggregate('avg', value, options);
}

/** The least value, NULL over no value. Text is ordered by code points. */
export function min<R, const A extends ColumnsOf<R, OrderedType> | Fn<R, OrderedType>>(
  value: A,
): Agg<R, Arg<R, A>>;
export function min<R, const A extends ColumnsOf<R, OrderedType> | Fn<R, OrderedType>>(
  value: A,
  options: Where<R>,
): Agg<R, Arg<R, A> | null>;
export function min<R>(value: unknown, options?: unknown): Agg<R, unknown> {
  return aggregate('min', value, options);
}

/** The greatest value, NULL over no value. Text is ordered by code points. */
export function max<R, const A extends ColumnsOf<R, OrderedType> | Fn<R, OrderedType>>(
  value: A,
): Agg<R, Arg<R, A>>;
export function max<R, const A extends ColumnsOf<R, OrderedType> | Fn<R, OrderedType>>(
  value: A,
  options: Where<R>,
): Agg<R, Arg<R, A> | null>;
export function max<R>(value: unknown, options?: unknown): Agg<R, unknown> {
  return aggregate('max', value, options);
}
