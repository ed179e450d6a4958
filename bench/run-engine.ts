import type { Database } from '../src/connectors/database.ts';
import type { Source, SourceSpec } from '../src/connectors/source.ts';
import { sourcesOf } from '../src/plan/derive/sources.ts';
import { tablesOf } from '../src/plan/derive/tables.ts';
import { keptColumns } from '../src/plan/rewrite/kept-columns.ts';
import { rewrite } from '../src/plan/rewrite/rewrite.ts';
import type { SourceSchema } from '../src/plan/schema.ts';
import { start } from '../src/runtime/start.ts';
import type { BenchJob } from './bench-job.ts';
import { CLOCK } from './data/shape.ts';

/** Runs a job on the engine to the end of its source, by rows alone. @param database where a table is, by catalog name */
export async function runEngine(
  job: BenchJob,
  open: (spec: SourceSpec) => Promise<Source> | Source,
  database: (table: string) => Database,
  epochRows: number,
): Promise<void> {
  const tables = tablesOf(job.plan).map(({ table }) => table.name);
  const { done } = start(job.plan, {
    sources: { [job.source]: open },
    databases: Object.fromEntries(tables.map((name) => [name, database(name)])),
    clock: () => CLOCK,
    epochRows,
    epochMs: 0,
    maxQuarantined: 0,
  });
  await done;
}

/** What the engine opens the source of a job with. */
export function sourceSpec(job: BenchJob): SourceSpec {
  const schema = sourcesOf(job.plan).find(({ name }) => name === job.source) as SourceSchema;
  return { schema, keep: keptColumns(rewrite(job.plan), schema) };
}
