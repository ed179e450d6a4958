import type { Column, Declared } from './column.ts';
import type { Show } from './sql-types.ts';

declare const row: unique symbol;
declare const key: unique symbol;

/** Settings for the connector (`connector`, `topic`, …): the catalog hands them on as they are. */
export interface Settings {
  readonly [setting: string]: unknown;
}
/** Rows that arrive from outside. PK: the key of a keyed source; `never`: append-only. */
export interface Source<out R, out PK extends string = never> {
  readonly kind: 'source';
  readonly [row]: R;
  readonly [key]: PK;
}
/** A table that jobs write and look up. */
export interface Table<out R, out PK extends string> {
  readonly kind: 'table';
  readonly [row]: R;
  readonly [key]: PK;
}
/** The row of a source or table, to name it: `interface UserOrder extends Row<typeof user_order> {}`. */
export type Row<T> = T extends { readonly [row]: infer R } ? R : never;

type WithKey<R, PK> = { [K in keyof R]: K extends PK ? NonNullable<R[K]> : R[K] };

/** A declared source or table as the catalog sees it. */
export class Declaration {
  readonly kind: 'source' | 'table';
  readonly columns: Readonly<Record<string, unknown>>;
  readonly settings: Settings;
  constructor(kind: 'source' | 'table', columns: Readonly<Record<string, unknown>>, settings: Settings) {
    this.kind = kind;
    this.columns = Object.freeze({ ...columns });
    this.settings = Object.freeze({ ...settings });
    Object.freeze(this);
  }
}

/**
 * Declares a source: append-only rows, or with a `primaryKey` the changes of a table's rows (change data capture, a topic that is compacted by key). A stream of a
 * keyed source has one row of each key, the last that arrived, as after `.keyBy(…).lastValue()`; a row that is deleted goes.
 *
 * @example source({ id: bigint(), at: timestamp({ from: 'millis' }) }, { connector: 'datahub', topic: 'orders' })
 * @example source({ id: bigint(), price: double() }, { primaryKey: 'id' })
 */
export function source<C extends Record<string, Column<unknown>>, const PK extends keyof C & string = never>(
  columns: C,
  options: Settings & { readonly primaryKey?: PK | readonly PK[] } = {},
): Source<Show<WithKey<Declared<C>, PK>>, PK> {
  return new Declaration('source', columns, options) as unknown as Source<Show<WithKey<Declared<C>, PK>>, PK>;
}

/**
 * Declares a table with its primary key, whose columns are never NULL.
 * `tableName` is its name in the database, where that is not its name in the catalog.
 *
 * @example table({ day: varchar(), n: bigint() }, { primaryKey: 'day', connector: 'rds', tableName: 'adm_days' })
 */
export function table<C extends Record<string, Column<unknown>>, const PK extends keyof C & string>(
  columns: C,
  options: Settings & { readonly primaryKey: PK | readonly PK[]; readonly tableName?: string },
): Table<Show<WithKey<Declared<C>, PK>>, PK> {
  return new Declaration('table', columns, options) as unknown as Table<Show<WithKey<Declared<C>, PK>>, PK>;
}
