import type { Database } from '../src/connectors/database.ts';
import type { Source, SourceSpec } from '../src/connectors/source.ts';
import { sourcesOf } from '../src/plan/derive/sources.ts';
import { tablesOf } from '../src/plan/derive/tables.ts';
import type { JobPlan } from '../src/plan/node.ts';
import { keptColumns } from '../src/plan/rewrite/kept-columns.ts';
import { rewrite } from '../src/plan/rewrite/rewrite.ts';
import type { SourceSchema } from '../src/plan/schema.ts';
import { type StartOptions, start } from '../src/runtime/start.ts';
import { CLOCK } from './data/shape.ts';

/**
 * Runs a plan of one source on the engine to the source's end; epochs are cut by rows alone, a bad row ends the run.
 * @param database where a table is, by catalog name
 * @param more what a part wants otherwise
 */
export async function runEngine(
  plan: JobPlan,
  open: (spec: SourceSpec) => Promise<Source> | Source,
  database: (table: string) => Database,
  epochRows: number,
  more: Pick<StartOptions, 'epochMs' | 'onEpoch' | 'checkpoints'> = {},
): Promise<void> {
  const { done } = start(plan, {
    sources: Object.fromEntries(sourcesOf(plan).map(({ name }) => [name, open])),
    databases: Object.fromEntries(tablesOf(plan).map(({ table: { name } }) => [name, database(name)])),
    clock: () => CLOCK,
    epochRows,
    epochMs: 0,
    maxQuarantined: 0,
    ...more,
  });
  await done;
}

/** What the engine opens the source of a plan with. */
export function sourceSpec(plan: JobPlan): SourceSpec {
  const [schema] = sourcesOf(plan);
  return { schema: schema as SourceSchema, keep: keptColumns(rewrite(plan), schema as SourceSchema) };
}
