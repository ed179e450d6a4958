import type { Database } from '../../src/connectors/database.ts';
import { memoryDatabase } from '../../src/connectors/memory/memory-database.ts';
import type { Source, SourceSpec } from '../../src/connectors/source.ts';
import { tablesOf } from '../../src/plan/derive/tables.ts';
import type { JobPlan } from '../../src/plan/node.ts';
import { planOf } from '../bench-job.ts';
import { DATA_SETS } from '../data/data-set.ts';
import type { Group } from '../group.ts';
import type { Tables, Variant } from '../measure.ts';
import { runEngine } from '../run-engine.ts';
import { checkpointed } from './checkpointed.ts';
import type { Context } from './part.ts';

/** Opens the source of a run. */
export type OpenSource = (spec: SourceSpec) => Promise<Source> | Source;

/**
 * The engine, its tables in memory.
 * @param ready gets the events ready; what it answers opens their source, and is measured
 * @param checkpoints does it keep them?
 */
export function engineInMemory(
  { group, place }: Context,
  epochRows: number,
  ready: () => Promise<OpenSource> | OpenSource,
  checkpoints = false,
): Variant {
  const plan = planOf(group.job);
  return {
    async prepare() {
      const database = await memoryFor(group);
      const open = await ready();
      return {
        run: () => {
          const run = (more = {}) => runEngine(plan, open, () => database, epochRows, more);
          return checkpoints ? checkpointed(place, plan.name, (log) => run({ checkpoints: log })) : run();
        },
        tables: () => tablesIn(plan, () => database),
      };
    },
  };
}

/** A database in memory that holds what the group's job finds at the start. */
export async function memoryFor({ job, shape }: Group): Promise<Database> {
  const database = memoryDatabase(DATA_SETS[job].dimension(shape));
  // Its tables are made when they are first asked for.
  for (const { table } of tablesOf(planOf(job))) await database.rows(table, 0);
  return database;
}

/** What the databases hold of the tables that a plan writes. */
export async function tablesIn(plan: JobPlan, database: (table: string) => Database): Promise<Tables> {
  const tables: Record<string, Tables[string]> = {};
  for (const { table } of plan.outputs) tables[table.name] = await database(table.name).rows(table);
  return tables;
}
