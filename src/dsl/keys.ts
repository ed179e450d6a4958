// Upsert keys. A union of columns; never: append-only; '': one row; '*': changes without a key.
import type { Scalar, TypeOf } from './columns-of.ts';
import type { Columns, Expr } from './expression.ts';
import type { NullOf, Show } from './sql-types.ts';

declare const none: unique symbol;
/** The key survives where its columns are carried. */
export type Carried<Key, K> = [Exclude<Key, ''>] extends [K] ? Key : '*';
/** The key under its new names; S: new name → old column or computation. */
export type KeyThrough<Key, S> = [Exclude<Key, ''>] extends [S[keyof S]]
  ? ({ [N in keyof S]: S[N] extends Key ? N : never }[keyof S] & string) | Extract<Key, ''>
  : '*';

/** What a computed column may be. */
type Cell<R> = (keyof R & string) | Scalar<R, unknown> | ((row: Columns<R>) => Expr<unknown>);
type CellType<R, V> = V extends keyof R ? R[V] : V extends (row: never) => Expr<infer T> ? T : TypeOf<V>;
/** Computed columns by name. */
export type Named<R> = { readonly [column: string]: Cell<R> };
/** The row that computed columns make. */
export type Selected<R, S> = { -readonly [N in keyof S]: CellType<R, S[N]> };

/** Names of the columns that a key part makes. G: a column, an object of columns, a function. */
export type KeyNames<G> = G extends string
  ? G
  : G extends Scalar<never, unknown, infer N>
    ? N
    : keyof G & string;
type KeyType<R, N, G> = N extends G
  ? R[N & keyof R]
  : G extends string
    ? never
    : G extends Scalar<never, infer T, N & string>
      ? T
      : N extends keyof G
        ? CellType<R, G[N]>
        : never;
/** The columns of a group. */
export type Keys<R, G> = { [N in KeyNames<G>]: KeyType<R, N, G> };
/** R with the computed parts of a key. */
export type WithKeys<R, G> = [G] extends [string]
  ? R
  : Show<Omit<R, KeyNames<G>> & { [N in KeyNames<G>]: KeyType<R, N, G> }>;
/** A part that is not given. (A default of `never` would leave callbacks and completions without a type.) */
export interface None {
  readonly [none]: true;
}
/** A part, or never where none is given. */
export type Given<G> = None extends G ? never : G;

/** R itself unless a nullable column is proven, so that a named row keeps its name. */
export type Proven<R, P> = [NullOf<R[P & keyof R]>] extends [never]
  ? R
  : Show<{ [K in keyof R]: K extends P ? NonNullable<R[K]> : R[K] }>;
