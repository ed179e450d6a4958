// What a function may be handed: the name of a column of the right type, or a callback over the row.
import type { Columns, Expr } from './expression.ts';
import type { NullOf } from './sql-types.ts';

/** The columns of R whose type is T, as names. (`keyof {…}`: messages then print the names.) */
export type ColumnsOf<R, T> = keyof {
  [K in keyof R & string as NonNullable<R[K]> extends T ? K : never]: never;
};
/** A computation over a row. (Parameters list `ColumnsOf<…> | Fn<…>`: an alias of both would hide the names.) */
export type Fn<R, T> = (row: Columns<R>) => Expr<T | null>;
/** The type of what a function was handed. */
export type Arg<R, A> = A extends keyof R ? R[A] : A extends (row: never) => Expr<infer T> ? T : never;
/** `null` where what a function was handed may be NULL. */
export type ArgNull<R, A> = NullOf<Arg<R, A>>;

declare const over: unique symbol;
/** A column computed from a row of R. R is never written: it is inferred from where the call stands. */
export interface Scalar<in R, out T, out Name extends string = string> {
  readonly [over]: (row: R) => T;
  /** What the column is called where it gets no other name. */
  readonly column: Name;
}
/** An aggregate over rows of R. */
export interface Agg<in R, out T> {
  readonly [over]: (row: R) => T;
  readonly aggregate: string;
}
/** The type of a computed column or an aggregate. */
export type TypeOf<X> = X extends { readonly [over]: (row: never) => infer T } ? T : never;
