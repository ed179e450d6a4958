// MySQL and MariaDB. Everything is read as text: the driver's numbers are not exact.
import type { ColumnSchema } from '../../plan/schema.ts';
import { KEY_LENGTH } from '../../plan/schema.ts';
import { decimalOf, type SqlType } from '../../values/sql-type.ts';
import { valueForm } from './column-form.ts';
import { type ColumnForm, type Dialect, list } from './dialect.ts';
import { describeMysqlTable } from './mysql-table.ts';
import type { Answers, RawRow, Session } from './session.ts';
import { updateParts } from './update-parts.ts';

const quote = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** What the server says of itself. */
export interface MysqlServer {
  readonly version: string;
  readonly maxAllowedPacket: number;
}

/** The type in CREATE TABLE, and a parameter of it. */
function typeOf(type: SqlType): { ddl: string; parameter: string } {
  const decimal = decimalOf(type);
  if (decimal) {
    const ddl = `DECIMAL(${decimal.precision},${decimal.scale})`;
    return { ddl, parameter: `CAST(? AS ${ddl})` };
  }
  switch (type as Exclude<SqlType, `DECIMAL${string}`>) {
    case 'INT':
      return { ddl: 'INT', parameter: '?' };
    case 'BIGINT':
    case 'BIGINT(bigint)':
      return { ddl: 'BIGINT', parameter: '?' };
    case 'BOOLEAN':
      return { ddl: 'TINYINT(1)', parameter: '?' };
    case 'DOUBLE':
      // A literal without an exponent is a DECIMAL.
      return { ddl: 'DOUBLE', parameter: '? + 0E0' };
    case 'TIMESTAMP(3)':
      return { ddl: 'DATETIME(3)', parameter: 'CAST(? AS DATETIME(3))' };
    case 'DATE':
      return { ddl: 'DATE', parameter: 'CAST(? AS DATE)' };
    case 'VARCHAR':
      // A bare text takes the collation of the column that it is compared with, and so finds its index.
      return { ddl: 'LONGTEXT', parameter: '?' };
  }
}

function formOf(type: SqlType, collation: string): ColumnForm {
  const { encode, decode } = valueForm(type);
  const { parameter } = typeOf(type);
  const common = { parameter, read: (column: string) => column, encode, decode, canonical: () => true };
  switch (type) {
    case 'VARCHAR':
      return {
        ...common,
        derived: `CONVERT(? USING utf8mb4) COLLATE ${collation}`,
        derivedRead: 'CAST(? AS BINARY)',
        same: (column, value) => `CAST(CONVERT(${column} USING utf8mb4) AS BINARY) <=> ${value}`,
      };
    case 'BIGINT(bigint)':
      // As a text it would be compared as a DOUBLE.
      return { ...plain(common), encode: (value) => value as bigint };
    case 'TIMESTAMP(3)':
      return { ...plain(common), canonical: (raw) => !/\.\d{3}0*[1-9]/.test(String(raw)) };
    default:
      return plain(common);
  }
}

function plain<Form extends { readonly parameter: string }>(form: Form) {
  const same = (column: string, value: string): string => `${column} <=> ${value}`;
  return { ...form, derived: form.parameter, derivedRead: form.parameter, same };
}

/** How mysql2 answers; connections are opened without FOUND_ROWS, so that a row left as it was counts as 0 in an INSERT. */
export const MYSQL_ANSWERS: Answers = {
  rows: (answer) => (answer as readonly [readonly RawRow[]])[0],
  count: (sql, answer) => {
    const [header] = answer as readonly [{ affectedRows?: number; info?: string }];
    // Of an UPDATE, `affectedRows` counts the rows that changed; `Rows matched: 3  Changed: 1  Warnings: 0` says both.
    const matched = sql.startsWith('UPDATE') ? /\d+/.exec(header.info ?? '')?.[0] : undefined;
    return Number(matched ?? header.affectedRows ?? 0);
  },
  countSql: '',
  begin: 'START TRANSACTION',
  renewable: true,
};

async function giveUps(session: Session): Promise<readonly string[]> {
  const [row] = await session.rows(
    'SELECT @@GLOBAL.innodb_flush_log_at_trx_commit AS flush, @@GLOBAL.sync_binlog AS sync, @@GLOBAL.log_bin AS log',
  );
  const lines: string[] = [];
  // 3, of MariaDB, writes as often as 1 and more.
  if (row?.flush === '0' || row?.flush === '2')
    lines.push(
      `the last commits may be lost when ${row.flush === '0' ? 'the server or its machine' : "the server's machine"} fails: innodb_flush_log_at_trx_commit is ${row.flush}, 1 keeps them`,
    );
  // Without a binary log the setting means nothing.
  if (row?.log === '1' && row.sync !== '1')
    lines.push(
      `the last commits may be lost when the server's machine fails: sync_binlog is ${row.sync}, 1 keeps them`,
    );
  return lines;
}

/** The dialect of a server: only MySQL 8 knows `utf8mb4_0900_bin`, only MariaDB `utf8mb4_nopad_bin`. */
export function mysqlDialect(server: MysqlServer): Dialect {
  const collation = /mariadb/i.test(server.version) ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
  const dialect: Dialect = {
    kind: 'mysql',
    parameters: 100_000,
    // Room for the statement itself.
    bytes: Math.max(1024, server.maxAllowedPacket - 64 * 1024),
    updateRows: 200,
    quote,
    refuseName: (name) =>
      [...name].length > 64
        ? 'is longer than 64 characters'
        : name.endsWith(' ')
          ? 'ends with a blank'
          : undefined,
    form: (type) => formOf(type, collation),
    typeOf: ({ type, length }: ColumnSchema, key) =>
      type === 'VARCHAR' && key ? `VARCHAR(${length ?? KEY_LENGTH})` : typeOf(type).ddl,
    tableOptions: ` ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=${collation}`,
    replace: (keys, others) =>
      others.length === 0
        ? dialect.keep(keys)
        : ` ON DUPLICATE KEY UPDATE ${others.map((c) => `${c} = VALUES(${c})`).join(', ')}`,
    // Unlike INSERT IGNORE this hides no other error.
    keep: ([first]) => ` ON DUPLICATE KEY UPDATE ${first} = ${first}`,
    keyIn: (keys, parameters, n) =>
      keys.length === 1
        ? `${keys[0]} IN (${list(parameters[0] as string, n)})`
        : `(${keys.join(', ')}) IN (${list(`(${parameters.join(', ')})`, n)})`,
    update: (shape, n) => {
      const { row, names, set, where } = updateParts(shape);
      const first = `SELECT ${row.map((parameter, i) => `${parameter} AS ${names[i]}`).join(', ')}`;
      const further = ` UNION ALL SELECT ${row.join(', ')}`;
      // An epoch's rows are few against the table's: they lead, the table is found by key.
      return `UPDATE (${first}${further.repeat(n - 1)}) AS v STRAIGHT_JOIN ${shape.table} AS t ON ${where} SET ${set
        .map(([column, value]) => `t.${column} = ${value}`)
        .join(', ')}`;
    },
    describe: describeMysqlTable,
    giveUps,
  };
  return dialect;
}
