// Statements over many rows: their text is made once for each number of rows, their values are cut to what a database takes.
import { failed } from '../../errors.ts';
import type { ColumnSchema, TableSchema } from '../../plan/schema.ts';
import { comparator } from '../../values/compare.ts';
import { show } from '../../values/show.ts';
import type { Row, Value } from '../../values/sql-type.ts';
import type { ColumnForm, Dialect } from './dialect.ts';
import type { Binding } from './session.ts';

/** A column of a table with its quoted name and its form in the database. */
export interface BoundColumn {
  /** Its name in the catalog: that of the row. */
  readonly column: string;
  readonly name: string;
  readonly form: ColumnForm;
}

/** A table as statements see it. */
export interface BoundTable {
  readonly schema: TableSchema;
  readonly dialect: Dialect;
  readonly name: string;
  readonly columns: readonly BoundColumn[];
  readonly keys: readonly BoundColumn[];
  /** Columns outside of the primary key. */
  readonly others: readonly BoundColumn[];
}

/** Binds a table to a dialect. */
export function bindTable(dialect: Dialect, schema: TableSchema): BoundTable {
  const bind = ({ name, type }: ColumnSchema): BoundColumn => ({
    column: name,
    name: dialect.quote(name),
    form: dialect.form(type),
  });
  const columns = schema.columns.map(bind);
  const keys = schema.primaryKey.map((key) => columns.find(({ column }) => column === key) as BoundColumn);
  const others = columns.filter((column) => !keys.includes(column));
  return { schema, dialect, name: dialect.quote(schema.tableName), columns, keys, others };
}

const KEPT_TEXTS = 64;

/** A text by number of rows; the ones used last are kept. */
export function textByCount(make: (n: number) => string): (n: number) => string {
  const texts = new Map<number, string>();
  return (n) => {
    let text = texts.get(n);
    if (text === undefined) {
      text = make(n);
      if (texts.size >= KEPT_TEXTS) texts.delete(texts.keys().next().value as number);
    } else texts.delete(n);
    texts.set(n, text);
    return text;
  };
}

/** Appends the values of a row's columns to the bindings. */
export function bind(bindings: Binding[], columns: readonly BoundColumn[], row: Row): void {
  for (const { column, form } of columns) {
    const value = row[column] as Value;
    bindings.push(value === null ? null : form.encode(value));
  }
}

/** An upper bound of the bytes that a row's values take in a statement. */
export function weight(columns: readonly BoundColumn[], row: Row): number {
  let bytes = 0;
  for (const { column } of columns) {
    const value = row[column];
    // A UTF-16 unit is at most three bytes; an escaped character is two.
    bytes += typeof value === 'string' ? value.length * 3 + 40 : 40;
  }
  return bytes;
}

/** Cuts entries, in order, into parts of at most `most` entries and together `bytes` bytes; an entry that is heavier stands alone. */
export function* parts<T>(
  entries: readonly T[],
  most: number,
  bytes: number,
  weigh: (entry: T) => number,
): Generator<readonly T[]> {
  let from = 0;
  let sum = 0;
  for (let i = 0; i < entries.length; i++) {
    const bytesOf = weigh(entries[i] as T);
    if (i > from && (i - from >= most || sum + bytesOf > bytes)) {
      yield entries.slice(from, i);
      from = i;
      sum = 0;
    }
    sum += bytesOf;
  }
  if (from < entries.length) yield entries.slice(from);
}

/** Orders rows by primary key, so that writers that meet lock in one order. */
export function byKey({ schema }: BoundTable): (a: Row, b: Row) => number {
  const keys = schema.primaryKey.map((name) => {
    const column = schema.columns.find((candidate) => candidate.name === name) as ColumnSchema;
    return { name, compare: comparator(column.type) };
  });
  return (a, b) => {
    for (const { name, compare } of keys) {
      const order = compare(a[name] as Value, b[name] as Value);
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** A row's primary key for messages: `biz_date '2025011510'`. */
export function showKey({ schema }: BoundTable, row: Row): string {
  return schema.primaryKey.map((name) => `${name} ${show(row[name])}`).join(', ');
}

/** The bytes of a text in a statement: its UTF-8, and one more for what is escaped. */
function quotedBytes(text: string): number {
  let escaped = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 32 || unit === 34 /* " */ || unit === 39 /* ' */ || unit === 92 /* \\ */) escaped++;
  }
  return Buffer.byteLength(text) + escaped;
}

/**
 * Refuses (exit 1) a row that alone is more than the database takes in one statement: the server would hang up without a word.
 */
export function refuseHeavy(table: BoundTable, rows: readonly Row[]): void {
  let bytes = 0;
  for (const row of rows)
    for (const { column } of table.columns) {
      const value = row[column];
      bytes += typeof value === 'string' ? quotedBytes(value) : 40;
    }
  if (bytes <= table.dialect.bytes) return;
  throw failed(
    `table ${table.schema.name}, key ${showKey(table, rows[0] as Row)}: the row takes ${bytes} bytes in a statement, the database takes ${table.dialect.bytes} at most: raise its max_allowed_packet`,
  );
}
