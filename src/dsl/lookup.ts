import type { ColumnsOf } from './columns-of.ts';
import type { Family, IsUnion, Show } from './sql-types.ts';
import type { Table } from './table.ts';

/** What happens to a row that the table does not have: it is dropped, or kept with NULLs. */
export type Miss = 'drop' | 'null';
/** For each primary key column of a table, the columns of R that it may be compared with. */
export type LookupKey<R, T> =
  T extends Table<infer S, infer PK>
    ? { readonly [K in PK]: ColumnsOf<R, Family<NonNullable<S[K & keyof S]>>> }
    : never;
/** N, unless a column that the table brings has the name of one in the row. */
export type LookupFit<R, D, N extends keyof D & string> =
  IsUnion<N> extends true
    ? N
    : D[N] extends Table<infer S, infer PK>
      ? [Exclude<keyof S, PK> & keyof R] extends [never]
        ? N
        : keyof {
            [C in Exclude<keyof S, PK> &
              keyof R &
              string as `${N}: this stream has a column '${C}' too: .rename({ …: '${C}' }) first`]: C;
          }
      : never;
/** The row with the table's other columns. */
export type LookedUp<R, T, M> =
  T extends Table<infer S, infer PK>
    ? Show<R & { [K in Exclude<keyof S, PK>]: M extends 'null' ? S[K] | null : S[K] }>
    : never;
