import type { Agg, ColumnsOf, TypeOf } from './columns-of.ts';
import type { Kept } from './duration.ts';
import type { OrderedType, Show } from './sql-types.ts';
import type { Stream } from './stream.ts';

/** Aggregates by the name of their column. */
export type Aggregates<R> = { readonly [column: string]: Agg<R, unknown> };
/** Names that are a column already. */
type Taken<G> = { readonly [K in keyof G & string]?: `'${K}' is a column of the group already` };

/** Which row of a key wins. */
interface WinnerOptions<R> extends Kept {
  /** The column that orders the rows. NULL loses to any value; of equals the later arrival wins (`firstValue`: the earlier). Without it: by arrival. */
  readonly by?: ColumnsOf<R, OrderedType>;
  /** Per column the last (first) value that is not NULL, in place of a whole row. */
  readonly ignoreNulls?: boolean;
}

/** Rows by key P. */
export interface Keyed<R, P extends string, D> {
  /**
   * The last row of each key, whole. With `by`, the row with the greatest value; an older row that arrives late changes nothing.
   *
   * @example stream('user_order').keyBy('id', dayOf('gmt_modified')).lastValue({ ttl: days(2) })
   */
  lastValue(options?: WinnerOptions<R>): Stream<R, P, D>;
  /** The first row of each key, whole. With `by`, the row with the least value. */
  firstValue(options?: WinnerOptions<R>): Stream<R, P, D>;
}

/** Rows by group G. */
export interface Grouped<R, G, P extends string, D> {
  /**
   * One row per group, kept up to date: the group's columns, then the aggregates.
   *
   * @example .groupBy('sku').agg({ sold: sum('qty'), dear: count({ where: o => o.price.gt(100) }) }, { ttl: days(7) })
   */
  agg<A extends Aggregates<R> & Taken<G>>(
    aggregates: A,
    options?: Kept,
  ): Stream<Show<G & { [N in keyof A]: TypeOf<A[N]> }>, P, D>;
}
