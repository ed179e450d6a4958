import { failed } from '../../errors.ts';
import type { TableSchema } from '../../plan/schema.ts';
import type { Row } from '../../values/sql-type.ts';
import type { Claim, Commit, Committed, Database } from '../database.ts';
import { claimedEpoch, type FenceRow, mayInsert, missedFence } from '../fence-rules.ts';
import { MemoryTable } from './memory-table.ts';

/** A database in memory, that its process can connect to more than once. */
export interface MemoryDatabase extends Database {
  /** Another connection to the same tables and fences: claimed for itself, as by another process. */
  connect(): MemoryDatabase;
}

/**
 * Tables in memory: for tests, for `--print`, for programs that want no database. They outlive runs and `close`, not the process;
 * of two jobs at a time each needs a connection of its own (`connect`).
 * @param rows what tables hold at the start, by catalog name: engine values, whole rows
 */
export function memoryDatabase(rows: Readonly<Record<string, readonly Row[]>> = {}): MemoryDatabase {
  const tables = new Map<string, MemoryTable>();
  const tableOf = (schema: TableSchema): MemoryTable => {
    const known = tables.get(schema.name);
    if (known !== undefined) return known;
    const table = new MemoryTable(schema, rows[schema.name] ?? []);
    tables.set(schema.name, table);
    return table;
  };
  return connection(tableOf, new Map());
}

const LABEL = 'memory';

function connection(
  tableOf: (schema: TableSchema) => MemoryTable,
  fences: Map<string, FenceRow>,
): MemoryDatabase {
  let claim: Claim | undefined;
  return {
    label: LABEL,
    transactional: true,
    connect: () => connection(tableOf, fences),
    async prepare() {
      return [];
    },
    async claim(wanted: Claim) {
      const found = fences.get(wanted.job);
      const stands =
        found === undefined && mayInsert(wanted) ? wanted.epoch : claimedEpoch(LABEL, wanted, found);
      claim = wanted;
      fences.set(wanted.job, { owner: wanted.owner, epoch: stands });
      for (const table of wanted.clear) tableOf(table).clear();
      return stands;
    },
    commit(commit: Commit): Committed {
      if (claim === undefined)
        throw failed(`${LABEL}: nothing can be written before the database is claimed`);
      const found = fences.get(claim.job);
      if (found?.owner !== claim.owner || found.epoch !== commit.previous)
        // No try is ever in doubt here.
        return { overtaken: 0, lostAfter: missedFence(LABEL, claim, commit, found, false) as number };
      fences.set(claim.job, { owner: claim.owner, epoch: commit.epoch });
      for (const table of commit.clear ?? []) tableOf(table).clear();
      const overtakenRows: { readonly table: TableSchema; readonly row: Row }[] = [];
      for (const { table: schema, upserts, deletes, writeBacks } of commit.changes) {
        const table = tableOf(schema);
        for (const row of deletes) table.delete(row);
        table.putAll(upserts);
        for (const { read, row } of writeBacks) {
          if (!table.replace(read, row)) overtakenRows.push({ table: schema, row });
        }
      }
      const overtaken = overtakenRows.length;
      return commit.nameOvertaken ? { overtaken, overtakenRows } : { overtaken };
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
