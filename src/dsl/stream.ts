import type { Scalar, TypeOf } from './columns-of.ts';
import type { Kept } from './duration.ts';
import type { Columns, Test } from './expression.ts';
import type { Filled, Fit, FitKey, TableNames } from './fit.ts';
import type { Aggregates, Grouped, Keyed } from './grouped.ts';
import type {
  Carried,
  Given,
  KeyNames,
  Keys,
  KeyThrough,
  Named,
  None,
  Proven,
  Selected,
  WithKeys,
} from './keys.ts';
import type { LookedUp, LookupFit, LookupKey, Miss } from './lookup.ts';
import type { Show } from './sql-types.ts';

declare const shape: unique symbol;
/** What a job writes: rows that end in a table. */
export interface Output {
  /** The table's name in the catalog. */
  readonly table: string;
}

/**
 * Rows of type R. K: their upsert key (`never`: append-only; `''`: one row; `'*'`: changes without a key). D: the catalog.
 * A stream never changes: each call gives a new one. A column is written as its name, anything computed as a callback over the row.
 */
export interface Stream<R, K extends string, D> {
  readonly [shape]: readonly [row: R, key: K];
  /**
   * Keep the rows for which the test is TRUE (NULL is not); what it proves not NULL is typed so.
   *
   * @example .filter(o => o.price.gt(100).and(o.customer.isNotNull()))
   */
  filter<P>(test: (row: Columns<R>) => Test<P, unknown>): Stream<Proven<R, P>, K, D>;

  /** These columns alone. */
  pick<C extends keyof R & string>(...columns: C[]): Stream<Show<Pick<R, C>>, Carried<K, C>, D>;
  /** All columns but these. */
  omit<C extends keyof R & string>(
    ...columns: C[]
  ): Stream<Show<Omit<R, C>>, Carried<K, Exclude<keyof R, C>>, D>;
  /** All columns, some under another name: `{ new: 'old' }`. */
  rename<const S extends { readonly [column: string]: keyof R & string }>(
    columns: S,
  ): Stream<
    Show<Omit<R, S[keyof S]> & { -readonly [N in keyof S]: R[S[N]] }>,
    K extends S[keyof S] ? KeyThrough<K, S> & string : K,
    D
  >;
  /** All columns, with this before each name. */
  prefix<const P extends string>(
    prefix: P,
  ): Stream<{ [C in keyof R & string as `${P}${C}`]: R[C] }, K extends keyof R & string ? `${P}${K}` : K, D>;
  /**
   * A new row: each column an old one, or computed.
   *
   * @example .select({ nr: 'order_no', day: dayOf('placed'), net: o => o.price.dividedBy(1.2) })
   */
  select<const S extends Named<R>>(columns: S): Stream<Show<Selected<R, S>>, KeyThrough<K, S>, D>;
  /** The row with more columns; a column of the same name is replaced. */
  extend<const S extends Named<R>>(
    columns: S,
  ): Stream<Show<Omit<R, keyof S> & Selected<R, S>>, Carried<K, Exclude<keyof R, keyof S>>, D>;

  /**
   * Rows by key: names, functions, objects that name computed parts. Up to four; more in one object.
   * Columns computed for the key join the row.
   * (`Scalar<R, never, never>` is listed only to tell a call like `dayOf(…)` which row it stands on.)
   *
   * @example .keyBy('id', dayOf('gmt_modified')).lastValue()
   */
  keyBy<
    const A extends (keyof R & string) | Named<R> | Scalar<R, unknown>,
    const B extends (keyof R & string) | Named<R> | Scalar<R, unknown> | None =
      | (keyof R & string)
      | Named<R>
      | Scalar<R, unknown>
      | None,
    const C extends (keyof R & string) | Named<R> | Scalar<R, unknown> | None =
      | (keyof R & string)
      | Named<R>
      | Scalar<R, unknown>
      | None,
    const E extends (keyof R & string) | Named<R> | Scalar<R, unknown> | None =
      | (keyof R & string)
      | Named<R>
      | Scalar<R, unknown>
      | None,
  >(
    a: A | Scalar<R, never, never>,
    b?: B | Scalar<R, never, never>,
    c?: C | Scalar<R, never, never>,
    d?: E | Scalar<R, never, never>,
  ): Keyed<
    WithKeys<R, A | Given<B> | Given<C> | Given<E>>,
    KeyNames<A | Given<B> | Given<C> | Given<E>> & string,
    D
  >;
  /**
   * Rows by group; parts as in `keyBy`.
   *
   * @example .groupBy({ biz_date: hourOf('gmt_modified') }).agg({ total: sum('price'), n: count() })
   */
  groupBy<
    const A extends (keyof R & string) | Named<R> | Scalar<R, unknown>,
    const B extends (keyof R & string) | Named<R> | Scalar<R, unknown> | None =
      | (keyof R & string)
      | Named<R>
      | Scalar<R, unknown>
      | None,
    const C extends (keyof R & string) | Named<R> | Scalar<R, unknown> | None =
      | (keyof R & string)
      | Named<R>
      | Scalar<R, unknown>
      | None,
    const E extends (keyof R & string) | Named<R> | Scalar<R, unknown> | None =
      | (keyof R & string)
      | Named<R>
      | Scalar<R, unknown>
      | None,
  >(
    a: A | Scalar<R, never, never>,
    b?: B | Scalar<R, never, never>,
    c?: C | Scalar<R, never, never>,
    d?: E | Scalar<R, never, never>,
  ): Grouped<
    R,
    Show<Keys<R, A | Given<B> | Given<C> | Given<E>>>,
    KeyNames<A | Given<B> | Given<C> | Given<E>> & string,
    D
  >;
  /** One row over all rows, absent while there are none. */
  agg<A extends Aggregates<R>>(
    aggregates: A,
    options?: Kept,
  ): Stream<Show<{ [N in keyof A]: TypeOf<A[N]> }>, '', D>;

  /**
   * Each row with the table's other columns, as the table is now: `{ key of the table: 'column of the row' }`.
   * Rows that the table does not have are dropped, or kept with NULLs: `{ miss: 'null' }`.
   *
   * @example .lookup('raw_info', { id: 'id' })
   */
  lookup<const N extends TableNames<D>, const M extends Miss = 'drop'>(
    table: LookupFit<R, D, N>,
    on: LookupKey<R, D[N]>,
    options?: { readonly miss?: M },
  ): Stream<LookedUp<R, D[N], M>, K, D>;

  /** The row as it is, into a table with exactly its columns and a primary key around its key. */
  into<const N extends TableNames<D>>(table: Fit<R, K, D, N>): Output;
  /** The table's columns, each filled from the row: `{ column of the table: 'column of the row' }`, or computed. */
  into<const N extends TableNames<D>, const M extends Filled<R, D[N]>>(
    table: FitKey<K, M, D, N>,
    columns: M,
  ): Output;
}

/** The row of a stream, to name it. */
export type RowIn<S> = S extends { readonly [shape]: readonly [infer R, unknown] } ? R : never;
/** The upsert key of a stream. */
export type KeyIn<S> = S extends { readonly [shape]: readonly [unknown, infer K] } ? K : never;
