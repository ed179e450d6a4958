// PostgreSQL. The driver hands out the texts of the server; parameters are typed where a place does not say it.
import type { ColumnSchema } from '../../plan/schema.ts';
import { KEY_LENGTH } from '../../plan/schema.ts';
import { decimalOf, type SqlType } from '../../values/sql-type.ts';
import { valueForm } from './column-form.ts';
import { type ColumnForm, type Dialect, list } from './dialect.ts';
import { describePostgresTable } from './postgres-table.ts';
import type { Answers, RawRow } from './session.ts';
import { updateParts } from './update-parts.ts';

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function typeOf(type: SqlType): string {
  const decimal = decimalOf(type);
  if (decimal) return `numeric(${decimal.precision},${decimal.scale})`;
  switch (type as Exclude<SqlType, `DECIMAL${string}`>) {
    case 'INT':
      return 'integer';
    case 'BIGINT':
    case 'BIGINT(bigint)':
      return 'bigint';
    case 'BOOLEAN':
      return 'boolean';
    case 'DOUBLE':
      return 'double precision';
    case 'TIMESTAMP(3)':
      return 'timestamp(3)';
    case 'DATE':
      return 'date';
    case 'VARCHAR':
      return 'text';
  }
}

function form(type: SqlType): ColumnForm {
  const { encode, decode } = valueForm(type);
  // Typed, a key beyond the range of its column finds nothing; it is no error.
  const parameter = `?::${typeOf(type)}`;
  const read = (column: string): string => {
    if (type === 'VARCHAR') return `${column}::text`;
    // With time zone: in that of the session, UTC.
    return type === 'TIMESTAMP(3)' ? `${column}::timestamp` : column;
  };
  return {
    parameter,
    derived: parameter,
    derivedRead: parameter,
    read,
    same: (column, value) =>
      type === 'VARCHAR'
        ? `(${read(column)} COLLATE "C") IS NOT DISTINCT FROM ${value}`
        : `${read(column)} IS NOT DISTINCT FROM ${value}`,
    encode: type === 'BOOLEAN' ? (value) => (value ? 't' : 'f') : encode,
    decode,
    canonical: type === 'TIMESTAMP(3)' ? (raw) => !/\.\d{3}0*[1-9]/.test(String(raw)) : () => true,
  };
}

/** How pg answers. */
export const POSTGRES_ANSWERS: Answers = {
  rows: (answer) => (answer as { rows: readonly RawRow[] }).rows,
  count: (_, answer) => (answer as { rowCount: number | null }).rowCount ?? 0,
  countSql: '',
  begin: 'BEGIN ISOLATION LEVEL READ COMMITTED',
  renewable: true,
};

export const POSTGRES: Dialect = {
  kind: 'postgres',
  parameters: 65_535,
  bytes: 64 * 1024 * 1024,
  updateRows: 1000,
  quote,
  refuseName: (name) =>
    Buffer.byteLength(name) > 63 ? 'is longer than 63 bytes and would be cut' : undefined,
  form,
  typeOf: ({ type, length }: ColumnSchema, key) => {
    if (type !== 'VARCHAR') return typeOf(type);
    return `${key ? `varchar(${length ?? KEY_LENGTH})` : 'text'} COLLATE "C"`;
  },
  tableOptions: '',
  replace: (keys, others) =>
    others.length === 0
      ? POSTGRES.keep(keys)
      : ` ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${others.map((c) => `${c} = excluded.${c}`).join(', ')}`,
  keep: (keys) => ` ON CONFLICT (${keys.join(', ')}) DO NOTHING`,
  keyIn: (keys, parameters, n) =>
    keys.length === 1
      ? `${keys[0]} IN (${list(parameters[0] as string, n)})`
      : `(${keys.join(', ')}) IN (${list(`(${parameters.join(', ')})`, n)})`,
  update: (shape, n) => {
    const { row, names, set, where } = updateParts(shape);
    return `UPDATE ${shape.table} AS t SET ${set
      .map(([column, value]) => `${column} = ${value}`)
      .join(', ')} FROM (VALUES ${list(`(${row.join(', ')})`, n)}) AS v(${names.join(', ')}) WHERE ${where}`;
  },
  describe: describePostgresTable,
  giveUps: async (session) => {
    const rows = await session.rows(
      "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'synchronous_standby_names')",
    );
    const is = Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
    const lines: string[] = [];
    if (is.fsync === 'off')
      lines.push('commits and whole tables may be lost when its machine fails: fsync is off, on keeps them');
    if (is.full_page_writes === 'off')
      lines.push('tables may be damaged when its machine fails: full_page_writes is off, on keeps them');
    if (is.synchronous_commit === 'off')
      lines.push(
        'the last commits may be lost when the server or its machine fails: synchronous_commit is off, on keeps them',
      );
    // Without a standby that is waited for, `local` is as much as `on`.
    if (is.synchronous_commit === 'local' && is.synchronous_standby_names)
      lines.push(
        'the last commits may be lost when a standby takes over: synchronous_commit is local, on keeps them',
      );
    return lines;
  },
};
