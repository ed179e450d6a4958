// Expressions over a row. C: the columns that are not NULL wherever the value is not.
import type { Int, Real } from './number.ts';
import type { DecimalType, Family, IntegerType, Literal, NullOf, TypeName } from './sql-types.ts';
import type { Text } from './text.ts';
import type { Time } from './time.ts';

declare const type: unique symbol;
declare const proven: unique symbol;
declare const carries: unique symbol;

/** A value of SQL type T, computed from a row. */
export interface Expr<out T> {
  readonly [type]: T;
}
/** What may stand beside a value of its family, in a comparison or in arithmetic. */
export interface Operand<out T, out C> extends Expr<T> {
  readonly [carries]: C;
}

/** A test of a row. Where it is TRUE the columns T are not NULL; where it is FALSE, the columns F. */
export interface Test<out T = never, out F = never> extends Expr<'BOOLEAN' | null> {
  /** TRUE where both are; FALSE where one is FALSE. */
  and<T2, F2>(other: Test<T2, F2>): Test<T | NoInfer<T2>, F & NoInfer<F2>>;
  /** TRUE where one is; FALSE where both are. */
  or<T2, F2>(other: Test<T2, F2>): Test<T & NoInfer<T2>, F | NoInfer<F2>>;
  /** TRUE where this is FALSE; NULL where this is NULL. */
  not(): Test<F, T>;
  readonly [proven]: readonly [T, F];
}

/** What every value can do. */
export interface Any<T, C> extends Operand<T, C> {
  isNull(): Test<never, C>;
  isNotNull(): Test<C, never>;
  /** Unequal, where NULL equals NULL. Never NULL itself. */
  isDistinctFrom(other: Expr<Family<T> | null> | Literal<T>): Test;
  /** This value, or `fallback` where it is NULL (`COALESCE`). */
  orElse<const F extends Literal<T> | Expr<T | null>>(
    fallback: F,
  ): Col<NonNullable<T> | (NoInfer<F> extends Expr<infer U> ? NullOf<U> : never), never>;
  /** NULL where this value is `value` (`NULLIF`). */
  nullIf(value: Literal<T>): Col<T | null, C>;
  /** A value that cannot be cast is an error: its row is quarantined. */
  cast<const S extends TypeName>(to: S): Col<NoInfer<S> | NullOf<T>, C>;
  /** A value that cannot be cast is NULL. */
  tryCast<const S extends TypeName>(to: S): Col<NoInfer<S> | null, C>;
}
/** A BOOLEAN column, itself a test. */
type Bool<T, C> = Any<T, C> & Test<C, C>;

/** The methods of a value of type T. */
export type Col<T, C> = [NonNullable<T>] extends ['VARCHAR']
  ? Text<T, C>
  : [NonNullable<T>] extends [IntegerType]
    ? Int<T, C>
    : [NonNullable<T>] extends ['DOUBLE' | DecimalType]
      ? Real<T, C>
      : [NonNullable<T>] extends ['TIMESTAMP(3)' | 'DATE']
        ? Time<T, C>
        : Bool<T, C>;
/** A row as callbacks see it: each column with the methods of its type. */
export type Columns<R> = { readonly [K in keyof R]-?: Col<R[K], K> };
