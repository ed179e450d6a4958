import { randomUUID } from 'node:crypto';
import type { Database } from '../connectors/database.ts';
import { type PlanTable, tablesOf } from '../plan/derive/tables.ts';
import type { JobPlan } from '../plan/node.ts';
import type { TableSchema } from '../plan/schema.ts';
import type { Row } from '../values/sql-type.ts';
import type { Connected } from './connect-tables.ts';

/** Rows of the tables that a job looks up, such that generated events find them, by the catalog's name. */
export async function generatedRows(plan: JobPlan, seed: number): Promise<Record<string, readonly Row[]>> {
  const { dimensionRows } = await import('../connectors/generator/dimension-rows.ts');
  const dimensions = tablesOf(plan).filter((use) => use.looksUp);
  return Object.fromEntries(dimensions.map(({ table }) => [table.name, dimensionRows(table, { seed })]));
}

/** The tables of a job in each of its databases. */
function usesByDatabase(plan: JobPlan, connected: Connected): Map<Database, PlanTable[]> {
  const uses = new Map<Database, PlanTable[]>(connected.all.map((database) => [database, []]));
  for (const use of tablesOf(plan)) uses.get(connected.databases[use.table.name] as Database)?.push(use);
  return uses;
}

/**
 * Fills the empty ones of the tables that a job looks up, for events that are generated. The rows come as those of a job of its own, so that the job's
 * fence is not touched.
 */
export async function fillDimensions(plan: JobPlan, connected: Connected, seed: number): Promise<void> {
  if (!tablesOf(plan).some((use) => use.looksUp)) return;
  const rows = await generatedRows(plan, seed);
  for (const [database, tables] of usesByDatabase(plan, connected)) {
    await database.prepare(tables);
    const empty: TableSchema[] = [];
    for (const { table, looksUp } of tables)
      if (looksUp && (await database.rows(table, 1)).length === 0) empty.push(table);
    if (empty.length === 0) continue;
    const job = `${plan.name} (generated dimensions)`;
    await database.claim({ job, owner: randomUUID(), epoch: 0, mode: 'fresh', clear: [] });
    const changes = empty.map((table) => ({
      table,
      upserts: rows[table.name] ?? [],
      deletes: [],
      writeBacks: [],
    }));
    await database.commit(
      { epoch: 1, previous: 0, completeTo: Date.now(), changes },
      new AbortController().signal,
    );
  }
}
