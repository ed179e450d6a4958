// SQLite: integers are bound as numbers or texts, which the column's affinity makes exact integers, and read as text.
import type { ColumnSchema } from '../../plan/schema.ts';
import type { SqlType } from '../../values/sql-type.ts';
import { valueForm } from './column-form.ts';
import { type ColumnForm, type Dialect, list } from './dialect.ts';
import type { Answers, RawRow } from './session.ts';
import { describeSqliteTable } from './sqlite-table.ts';
import { updateParts } from './update-parts.ts';

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

type Storage = 'INTEGER' | 'REAL' | 'TEXT';
function storageOf(type: SqlType): Storage {
  switch (type) {
    case 'INT':
    case 'BIGINT':
    case 'BIGINT(bigint)':
    case 'BOOLEAN':
      return 'INTEGER';
    case 'DOUBLE':
      return 'REAL';
    default:
      return 'TEXT';
  }
}

function form(type: SqlType): ColumnForm {
  const { encode, decode } = valueForm(type);
  const storage = storageOf(type);
  const parameter = storage === 'TEXT' ? '?' : `CAST(? AS ${storage})`;
  const text = storage === 'TEXT';
  return {
    parameter,
    derived: parameter,
    derivedRead: parameter,
    // The driver reads an integer beyond 2^53 as the nearest double.
    read: (column) => (storage === 'INTEGER' ? `CAST(${column} AS TEXT)` : column),
    same: (column, value) => `${column} IS ${value}${text ? ' COLLATE BINARY' : ''}`,
    encode,
    decode,
    canonical: (raw, value) => !text || raw === encode(value),
  };
}

/** How the sqlite3 driver answers. */
export const SQLITE_ANSWERS: Answers = {
  rows: (answer) => answer as readonly RawRow[],
  count: () => undefined,
  countSql: 'SELECT changes()',
  begin: 'BEGIN IMMEDIATE',
  renewable: false,
};

export const SQLITE: Dialect = {
  kind: 'sqlite',
  parameters: 32_766,
  bytes: 64 * 1024 * 1024,
  updateRows: 1000,
  quote,
  refuseName: () => undefined,
  form,
  typeOf: ({ type }: ColumnSchema) => storageOf(type),
  tableOptions: '',
  replace: (keys, others) =>
    others.length === 0
      ? SQLITE.keep(keys)
      : ` ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${others.map((c) => `${c} = excluded.${c}`).join(', ')}`,
  keep: (keys) => ` ON CONFLICT (${keys.join(', ')}) DO NOTHING`,
  keyIn: (keys, parameters, n) =>
    keys.length === 1
      ? `${keys[0]} IN (${list(parameters[0] as string, n)})`
      : `(${keys.join(', ')}) IN (VALUES ${list(`(${parameters.join(', ')})`, n)})`,
  update: (shape, n) => {
    const { row, names, set, where } = updateParts(shape);
    // An epoch's rows are few against the table's: they lead, the table is found by key.
    return `WITH v(${names.join(', ')}) AS MATERIALIZED (VALUES ${list(`(${row.join(', ')})`, n)}) UPDATE ${
      shape.table
    } AS t SET ${set.map(([column, value]) => `${column} = ${value}`).join(', ')} FROM v WHERE ${where}`;
  },
  describe: describeSqliteTable,
  giveUps: async (session) => {
    const [row] = await session.rows('PRAGMA synchronous');
    const level = Number(row?.synchronous);
    return level < 2
      ? [
          `the last commits may be lost when the machine fails: synchronous is ${level === 0 ? 'OFF' : 'NORMAL'}, FULL keeps them`,
        ]
      : [];
  },
};
