import type { TableSchema } from '../../plan/schema.ts';
import { encodeKey, type KeyValue } from '../../values/key.ts';
import type { Row } from '../../values/sql-type.ts';
import type { Claim, Commit, Database } from '../database.ts';

/** A table in memory. */
interface MemoryTable {
  readonly key: (row: Row) => KeyValue;
  readonly rows: Map<KeyValue, Row>;
}

/**
 * Tables in memory: for tests, for `--print`, for programs that want no database. Nothing survives it.
 * @param rows what tables hold at the start, by catalog name: engine values, whole rows
 */
export function memoryDatabase(rows: Readonly<Record<string, readonly Row[]>> = {}): Database {
  const tables = new Map<string, MemoryTable>();
  const tableOf = (schema: TableSchema): MemoryTable => {
    const known = tables.get(schema.name);
    if (known !== undefined) return known;
    const key = encodeKey(schema.primaryKey);
    const table = { key, rows: new Map((rows[schema.name] ?? []).map((row) => [key(row), row])) };
    tables.set(schema.name, table);
    return table;
  };

  return {
    label: 'memory',
    transactional: true,
    async prepare() {},
    async claim({ clear }: Claim) {
      for (const table of clear) tableOf(table).rows.clear();
    },
    async commit({ changes }: Commit) {
      let overtaken = 0;
      for (const { table: schema, upserts, deletes, writeBacks } of changes) {
        const { key, rows: held } = tableOf(schema);
        for (const row of deletes) held.delete(key(row));
        for (const row of upserts) held.set(key(row), row);
        for (const { read, row } of writeBacks) {
          // Rows are replaced, never changed: the row read is still there if it is the same object.
          if ((held.get(key(row)) ?? null) === read) held.set(key(row), row);
          else overtaken++;
        }
      }
      return { overtaken };
    },
    async lookup(schema: TableSchema, keys: readonly Row[]) {
      const { key, rows: held } = tableOf(schema);
      return keys.map((row) => held.get(key(row)) ?? null);
    },
    async rows(schema: TableSchema, limit = Number.POSITIVE_INFINITY) {
      const held = [...tableOf(schema).rows.values()];
      return held.slice(0, Math.min(limit, held.length));
    },
    async close() {},
  };
}
