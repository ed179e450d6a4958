// What a row and a table do not have in common, in words. A misfit is the parameter's type, so the message is one line.
import type { Scalar } from './columns-of.ts';
import type { Columns, Expr } from './expression.ts';
import type { KeyThrough } from './keys.ts';
import type { Accepts, IsUnion, Shown } from './sql-types.ts';
import type { Source, Table } from './table.ts';

/** The sources of a catalog, by name. */
export type SourceNames<D> = keyof {
  [K in keyof D & string as D[K] extends Source<unknown, string> ? K : never]: never;
};
/** The tables of a catalog, by name. */
export type TableNames<D> = keyof {
  [K in keyof D & string as D[K] extends Table<unknown, string> ? K : never]: never;
};

type Wrong<R, S> = {
  [K in keyof R & keyof S]: R[K] extends Accepts<S[K]> ? never : K;
}[keyof R & keyof S] &
  string;
type NoKey = 'rows have no key: say which one wins, .keyBy(…).lastValue()';
/**
 * A key that is not inside the primary key. (`never` passes: while TypeScript still infers what fills a
 * table's columns, the key under new names is not known.)
 */
type Outside<Key, PK extends string> = [Exclude<Key, PK | ''>] extends [never]
  ? never
  : '*' extends Key
    ? NoKey
    : Exclude<Key, PK | ''> extends infer K extends string
      ? K extends unknown
        ? `rows are keyed by '${K}' too, but the primary key is ${PK}`
        : never
      : never;
/** Append-only rows (Key never) have no key either. */
type KeyFault<Key, PK extends string, Through = Key> = [Key] extends [never] ? NoKey : Outside<Through, PK>;
type Fault<R, Key, S, PK extends string> =
  | (keyof S extends infer C extends string
      ? C extends keyof R
        ? never
        : `column '${C}' is missing`
      : never)
  | (keyof R extends infer C extends string
      ? C extends keyof S
        ? never
        : `there is no column '${C}'`
      : never)
  | (Wrong<R, S> extends infer C extends keyof R & keyof S & string
      ? C extends unknown
        ? `column '${C}' is ${Shown<R[C]>}, not ${Shown<S[C]>}`
        : never
      : never)
  | KeyFault<Key, PK>;
/** All faults, each with the table's name. */
type At<N extends string, F extends string> = keyof { [M in F as `${N}: ${M}`]: M };

/** N, if a row of R with that key fits table N; otherwise what is wrong. */
export type Fit<R, Key, D, N extends keyof D & string> =
  IsUnion<N> extends true
    ? N
    : D[N] extends Table<infer S, infer PK>
      ? [Fault<R, Key, S, PK>] extends [never]
        ? N
        : At<N, Fault<R, Key, S, PK>>
      : never;

type Filling<R, T> =
  | keyof { [K in keyof R & string as R[K] extends Accepts<T> ? K : never]: never }
  | Scalar<R, Accepts<T>>
  | ((row: Columns<R>) => Expr<Accepts<T>>);
/** For each column of the table, what of R may fill it. */
export type Filled<R, T> =
  T extends Table<infer S, string> ? { readonly [C in keyof S]: Filling<R, S[C]> } : never;
/** N, if the key still is one under the table's names. */
export type FitKey<Key, M, D, N extends keyof D & string> =
  IsUnion<N> extends true
    ? N
    : D[N] extends Table<unknown, infer PK>
      ? [KeyFault<Key, PK, KeyThrough<Key, M>>] extends [never]
        ? N
        : At<N, KeyFault<Key, PK, KeyThrough<Key, M>>>
      : never;
