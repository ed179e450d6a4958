import { createRequire } from 'node:module';
import type { TableSchema } from '../../src/plan/schema.ts';
import type { Row, Value } from '../../src/values/sql-type.ts';
import { MOST_ROWS, type TableSink } from './table-sink.ts';

interface Client {
  connect(): Promise<void>;
  query(query: { name?: string; text: string; values?: readonly Value[] }): Promise<unknown>;
  end(): Promise<void>;
}

// The driver has no declarations of its own.
const pg = createRequire(import.meta.url)('pg') as {
  readonly Client: new (options: { connectionString: string }) => Client;
};

/** Opens a table that is there in PostgreSQL: prepared upserts of up to 200 rows through the driver that the engine uses. */
export async function postgresSink(url: string, schema: TableSchema): Promise<TableSink> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { tableName, columns } = schema;
  const key = schema.primaryKey[0] as string;
  const names = columns.map(({ name }) => name);
  const set = names.filter((name) => name !== key).map((name) => `${name} = excluded.${name}`);
  const upsert = (rows: number): string => {
    const row = (i: number): string => `(${names.map((_, j) => `$${i * names.length + j + 1}`)})`;
    const values = Array.from({ length: rows }, (_, i) => row(i));
    return `INSERT INTO ${tableName} (${names}) VALUES ${values} ON CONFLICT (${key}) DO UPDATE SET ${set}`;
  };
  return {
    table: schema.name,
    key,
    async commit(upserts: readonly Row[], deletes: readonly Value[]) {
      await client.query({ text: 'BEGIN' });
      for (const gone of deletes)
        await client.query({
          name: 'remove',
          text: `DELETE FROM ${tableName} WHERE ${key} = $1`,
          values: [gone],
        });
      for (let i = 0; i < upserts.length; i += MOST_ROWS) {
        const part = upserts.slice(i, i + MOST_ROWS);
        const values = part.flatMap((row) => Object.values(row));
        await client.query({ name: `upsert ${part.length}`, text: upsert(part.length), values });
      }
      await client.query({ text: 'COMMIT' });
    },
    close: () => client.end(),
  };
}
