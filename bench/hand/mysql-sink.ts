import { type Connection, createConnection, type ExecuteValues } from 'mysql2/promise';
import type { TableSchema } from '../../src/plan/schema.ts';
import type { Row, Value } from '../../src/values/sql-type.ts';
import { MOST_ROWS, type TableSink } from './table-sink.ts';

/** Opens a table that is there in MySQL or MariaDB: prepared upserts of up to 200 rows through the driver that the engine uses. */
export async function mysqlSink(url: string, schema: TableSchema): Promise<TableSink> {
  const connection: Connection = await createConnection(url);
  const { tableName, columns } = schema;
  const key = schema.primaryKey[0] as string;
  const names = columns.map(({ name }) => name);
  const set = names.filter((name) => name !== key).map((name) => `${name} = VALUES(${name})`);
  const upsert = (rows: number): string => {
    const values = Array.from({ length: rows }, () => `(${names.map(() => '?')})`);
    return `INSERT INTO ${tableName} (${names}) VALUES ${values} ON DUPLICATE KEY UPDATE ${set}`;
  };
  const run = (sql: string, values: readonly Value[]) => connection.execute(sql, values as ExecuteValues);
  return {
    table: schema.name,
    key,
    async commit(upserts: readonly Row[], deletes: readonly Value[]) {
      await connection.query('BEGIN');
      for (const gone of deletes) await run(`DELETE FROM ${tableName} WHERE ${key} = ?`, [gone]);
      for (let i = 0; i < upserts.length; i += MOST_ROWS) {
        const part = upserts.slice(i, i + MOST_ROWS);
        await run(
          upsert(part.length),
          part.flatMap((row) => Object.values(row)),
        );
      }
      await connection.query('COMMIT');
    },
    close: () => connection.end(),
  };
}
