import { schemas } from '../../jobs/catalog.ts';
import { openDatabase } from '../../src/connectors/sql/open-database.ts';
import type { TableSchema } from '../../src/plan/schema.ts';
import type { TestDatabase } from '../databases.ts';
import type { TableRow, TableRows } from './inputs.ts';

const schemaOf = (name: string): TableSchema =>
  schemas.tables.find((table) => table.name === name) as TableSchema;

/** Creates tables of the catalog and fills them. */
export async function fillTables({ url, sql }: TestDatabase, tables: TableRows): Promise<void> {
  const database = await openDatabase(url);
  await database.prepare(
    Object.keys(tables).map((name) => ({
      table: schemaOf(name),
      writes: true,
      looksUp: false,
      writesNull: [],
    })),
  );
  await database.close();
  for (const [name, rows] of Object.entries(tables)) {
    const { tableName } = schemaOf(name);
    for (const row of rows) {
      const places = Object.keys(row).map(() => '?');
      await sql(
        `INSERT INTO ${tableName} (${Object.keys(row).join(', ')}) VALUES (${places.join(', ')})`,
        Object.values(row),
      );
    }
  }
}

/** The rows of a table as another program reads them, numbers as numbers. */
export async function readTable({ sql }: TestDatabase, name: string): Promise<readonly TableRow[]> {
  const { tableName, columns } = schemaOf(name);
  const rows = await sql(`SELECT ${columns.map((column) => column.name).join(', ')} FROM ${tableName}`);
  return rows.map((row) =>
    Object.fromEntries(
      columns.map(({ name: column, type }) => {
        const value = row[column] as string | number | null;
        return [column, value === null || type === 'VARCHAR' ? value : Number(value)];
      }),
    ),
  );
}
