import { randomUUID } from 'node:crypto';
import type { Database } from '../connectors/database.ts';
import { type PlanTable, tablesOf } from '../plan/derive/tables.ts';
import type { JobPlan } from '../plan/node.ts';
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
 * Fills the empty ones of the tables that a job looks up, for events that are generated.
 * The rows come with the job's own claim, as its rows of before: the run has to claim anew.
 * @returns whether there was a table to fill
 */
export async function fillDimensions(
  plan: JobPlan,
  connected: Connected,
  { seed, fresh }: { readonly seed: number; readonly fresh: boolean },
): Promise<boolean> {
  if (!tablesOf(plan).some((use) => use.looksUp)) return false;
  const uses = usesByDatabase(plan, connected);
  for (const [database, tables] of uses) await database.prepare(tables);
  const rows = await generatedRows(plan, seed);
  const empty = new Map<Database, PlanTable[]>();
  for (const [database, tables] of uses) {
    for (const use of tables) {
      if (!use.looksUp || (await database.rows(use.table, 1)).length > 0) continue;
      empty.set(database, [...(empty.get(database) ?? []), use]);
    }
  }
  if (empty.size === 0) return false;
  const owner = randomUUID();
  for (const database of uses.keys()) await database.claim({ job: plan.name, owner, fresh, clear: [] });
  for (const [database, tables] of empty) {
    const changes = tables.map(({ table }) => ({
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
  return true;
}
