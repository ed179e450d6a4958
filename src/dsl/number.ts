import type { Any, Operand, Test } from './expression.ts';
import type { Instant } from './instant.ts';
import type { IntegerType, Literal, NullOf, NumericType } from './sql-types.ts';

type Widest<T> = 'DOUBLE' extends T
  ? 'DOUBLE'
  : [T] extends [IntegerType]
    ? 'BIGINT(bigint)' extends T
      ? 'BIGINT(bigint)'
      : 'BIGINT' extends T
        ? 'BIGINT'
        : 'INT'
    : 'DECIMAL';
/** The type of arithmetic over T and U: DOUBLE wins, then DECIMAL, then the wider integer. */
type Mix<T, U> = Widest<NonNullable<T | U>> | NullOf<T | U>;
type Arith<T, C> = [NonNullable<T>] extends [IntegerType] ? Int<T, C> : Real<T, C>;
/** What may be written beside an integer: a fraction would silently change its type. */
type Whole<T, N> = [NonNullable<T>] extends ['BIGINT(bigint)']
  ? bigint
  : N extends Instant
    ? Literal<T>
    : number extends N
      ? number
      : N extends number
        ? `${N}` extends `${bigint}`
          ? N
          : "a fraction: write .toDouble() or .cast('DECIMAL(p,s)') first"
        : number;

declare const numeric: unique symbol;
/** A number of any type. */
interface Numeric<out C> extends Operand<NumericType | null, C> {
  readonly [numeric]: true;
}
/** What all numbers share. */
interface Num<T, C = never> extends Any<T, C> {
  readonly [numeric]: true;
  eq<D = never>(other: Numeric<D> | Literal<T>): Test<C | NoInfer<D>, C | NoInfer<D>>;
  ne<D = never>(other: Numeric<D> | Literal<T>): Test<C | NoInfer<D>, C | NoInfer<D>>;
  gt<D = never>(other: Numeric<D> | Literal<T>): Test<C | NoInfer<D>, C | NoInfer<D>>;
  gte<D = never>(other: Numeric<D> | Literal<T>): Test<C | NoInfer<D>, C | NoInfer<D>>;
  lt<D = never>(other: Numeric<D> | Literal<T>): Test<C | NoInfer<D>, C | NoInfer<D>>;
  lte<D = never>(other: Numeric<D> | Literal<T>): Test<C | NoInfer<D>, C | NoInfer<D>>;
  /** From `low` to `high`, both included. */
  between<D = never, E = never>(
    low: Numeric<D> | Literal<T>,
    high: Numeric<E> | Literal<T>,
  ): Test<C | NoInfer<D | E>, C>;
  in(...values: Literal<T>[]): Test<C, C>;
  negate(): Arith<T, C>;
  abs(): Arith<T, C>;
  toDouble(): Real<'DOUBLE' | NullOf<T>, C>;
}
/** INT, BIGINT, BIGINT(bigint). A result beyond its type quarantines the row. */
export interface Int<T, C = never> extends Num<T, C> {
  plus<U extends NumericType | null = never, D = never, const N = never>(
    other: Operand<U, D> | Whole<T, N>,
  ): Arith<Mix<T, NoInfer<U>>, C | NoInfer<D>>;
  minus<U extends NumericType | null = never, D = never, const N = never>(
    other: Operand<U, D> | Whole<T, N>,
  ): Arith<Mix<T, NoInfer<U>>, C | NoInfer<D>>;
  times<U extends NumericType | null = never, D = never, const N = never>(
    other: Operand<U, D> | Whole<T, N>,
  ): Arith<Mix<T, NoInfer<U>>, C | NoInfer<D>>;
  /** Division toward zero. For a fraction: `.toDouble().dividedBy(…)`. */
  quotient<U extends IntegerType | null = never, D = never, const N = never>(
    other: Operand<U, D> | Whole<T, N>,
  ): Arith<Mix<T, NoInfer<U>>, C | NoInfer<D>>;
  /** What `quotient` leaves, with the sign of this value. */
  mod<U extends IntegerType | null = never, D = never, const N = never>(
    other: Operand<U, D> | Whole<T, N>,
  ): Arith<Mix<T, NoInfer<U>>, C | NoInfer<D>>;
}
/** DOUBLE and DECIMAL. */
export interface Real<T, C = never> extends Num<T, C> {
  plus<U extends NumericType | null = never, D = never>(
    other: Operand<U, D> | Literal<T>,
  ): Arith<Mix<T, NoInfer<U>>, C | NoInfer<D>>;
  minus<U extends NumericType | null = never, D = never>(
    other: Operand<U, D> | Literal<T>,
  ): Arith<Mix<T, NoInfer<U>>, C | NoInfer<D>>;
  times<U extends NumericType | null = never, D = never>(
    other: Operand<U, D> | Literal<T>,
  ): Arith<Mix<T, NoInfer<U>>, C | NoInfer<D>>;
  dividedBy<U extends NumericType | null = never, D = never>(
    other: Operand<U, D> | Literal<T>,
  ): Arith<Mix<T, NoInfer<U>>, C | NoInfer<D>>;
  /** To so many digits after the point, 0 if not given; halves go away from zero. */
  round(digits?: number): Arith<Mix<T, never>, C>;
  floor(): Arith<Mix<T, never>, C>;
  ceil(): Arith<Mix<T, never>, C>;
}
