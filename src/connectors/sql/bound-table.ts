import type { ColumnSchema, TableSchema } from '../../plan/schema.ts';
import { comparator } from '../../values/compare.ts';
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

/** Appends the values of a row's columns to the bindings. */
export function bind(bindings: Binding[], columns: readonly BoundColumn[], row: Row): void {
  for (const { column, form } of columns) {
    const value = row[column] as Value;
    bindings.push(value === null ? null : form.encode(value));
  }
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
