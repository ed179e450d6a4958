import type { TableSchema } from '../../plan/schema.ts';
import type { Row } from '../../values/sql-type.ts';
import type { Claim, Commit, Database } from '../database.ts';
import { MemoryTable } from './memory-table.ts';

/**
 * Tables in memory: for tests, for `--print`, for programs that want no database. Nothing survives it.
 * @param rows what tables hold at the start, by catalog name: engine values, whole rows
 */
export function memoryDatabase(rows: Readonly<Record<string, readonly Row[]>> = {}): Database {
  const tables = new Map<string, MemoryTable>();
  const tableOf = (schema: TableSchema): MemoryTable => {
    const known = tables.get(schema.name);
    if (known !== undefined) return known;
    const table = new MemoryTable(schema, rows[schema.name] ?? []);
    tables.set(schema.name, table);
    return table;
  };

  return {
    label: 'memory',
    transactional: true,
    async prepare() {},
    async claim({ clear }: Claim) {
      for (const table of clear) tableOf(table).clear();
    },
    commit({ changes }: Commit) {
      let overtaken = 0;
      for (const { table: schema, upserts, deletes, writeBacks } of changes) {
        const table = tableOf(schema);
        for (const row of deletes) table.delete(row);
        table.putAll(upserts);
        for (const { read, row } of writeBacks) {
          if (!table.replace(read, row)) overtaken++;
        }
      }
      return { overtaken };
    },
    lookup(schema: TableSchema, keys: readonly Row[]) {
      return tableOf(schema).getAll(keys);
    },
    async rows(schema: TableSchema, limit = Number.POSITIVE_INFINITY) {
      const held = tableOf(schema).rows();
      return held.slice(0, Math.min(limit, held.length));
    },
    async close() {},
  };
}
