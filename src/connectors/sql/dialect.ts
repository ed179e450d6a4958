// What differs by database: one entry of this shape for each, everything else is common.
import type { ColumnSchema } from '../../plan/schema.ts';
import type { SqlType, Value } from '../../values/sql-type.ts';
import type { Binding, Session } from './session.ts';
import type { TableDescription } from './table-description.ts';

/** How the values of one type go into a database and come back. */
export interface ColumnForm {
  /** A parameter that is compared with a key column. */
  readonly parameter: string;
  /** A parameter in a derived table: a key, or a value to store. */
  readonly derived: string;
  /** A parameter in a derived table that `same` compares with. */
  readonly derivedRead: string;
  /** The expression that reads a column: exact, as `decode` takes it. */
  read(column: string): string;
  /** Whether a column still is as `read` found it; `value` was a `derivedRead`. Texts byte by byte, NULL equal to NULL. */
  same(column: string, value: string): string;
  encode(value: Exclude<Value, null>): Binding;
  /** The value that was read; throws an `Error` that says what it is not. */
  decode(raw: unknown): Exclude<Value, null>;
  /** Does the database hold exactly what `encode` makes of the value? A text form written by others may differ. */
  canonical(raw: unknown, value: Exclude<Value, null>): boolean;
}

/** A conditional update of many rows at once. Columns are quoted. */
export interface UpdateShape {
  readonly table: string;
  /** Column and form of each key column. */
  readonly keys: readonly ShapeColumn[];
  /** Columns that are set, and compared with what was read. */
  readonly others: readonly ShapeColumn[];
}
interface ShapeColumn {
  readonly name: string;
  readonly form: ColumnForm;
}

export interface Dialect {
  readonly kind: 'sqlite' | 'mysql' | 'postgres';
  /** Most parameters of a statement. */
  readonly parameters: number;
  /** Most bytes of a statement with its values. */
  readonly bytes: number;
  /** Most rows of a conditional update. */
  readonly updateRows: number;
  quote(name: string): string;
  /** Why the database cannot take this name; undefined where it can. */
  refuseName(name: string): string | undefined;
  form(type: SqlType): ColumnForm;
  /** The column's type in CREATE TABLE. */
  typeOf(column: ColumnSchema, key: boolean): string;
  /** What follows the columns in CREATE TABLE. */
  readonly tableOptions: string;
  /** The end of an INSERT: other rows than its own keep nothing of theirs. Names are quoted. */
  replace(keys: readonly string[], others: readonly string[]): string;
  /** The end of an INSERT that leaves rows that are there. */
  keep(keys: readonly string[]): string;
  /** A test for `n` keys; parameters by key, then column. */
  keyIn(keys: readonly string[], parameters: readonly string[], n: number): string;
  /** An update of `n` rows; parameters by row: keys, what was read of the others, their new values. */
  update(shape: UpdateShape, n: number): string;
  /** What the database holds under this name; undefined: nothing. */
  describe(session: Session, table: string): Promise<TableDescription | undefined>;
  /** Settings with which the database may lose what it has committed, each in words. */
  giveUps(session: Session): Promise<readonly string[]>;
}

/** `one, one, …`: n times. */
export function list(one: string, n: number): string {
  return `${one}, `.repeat(n - 1) + one;
}
