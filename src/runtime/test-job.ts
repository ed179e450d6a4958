import type { Database } from '../connectors/database.ts';
import { memoryDatabase } from '../connectors/memory/memory-database.ts';
import type { SourceSpec } from '../connectors/source.ts';
import { RowError, wrong } from '../errors.ts';
import { sourcesOf } from '../plan/derive/sources.ts';
import { tablesOf } from '../plan/derive/tables.ts';
import type { JobPlan } from '../plan/node.ts';
import type { TableSchema } from '../plan/schema.ts';
import { fromEdge } from '../values/edge.ts';
import { ownMember } from '../values/own-member.ts';
import type { Row, Value } from '../values/sql-type.ts';
import { type EdgeRow, edgeRow } from './edge-changes.ts';
import { iterableSource } from './sources/iterable-source.ts';
import { type StartOptions, start } from './start.ts';
import type { Summary } from './summary.ts';

/** Rows of tables by catalog name, in primary key order. */
export type Tables = Readonly<Record<string, readonly EdgeRow[]>>;

/** How `testJob` runs a job. */
export interface TestOptions extends Pick<StartOptions, 'rewrites' | 'debug'> {
  /** The clock stands at this instant: ISO text with an offset, or epoch milliseconds. A list: one for each epoch, the last for all later. */
  readonly clock?: string | number | readonly (string | number)[];
  /** Rows of an epoch; default 1. */
  readonly epochRows?: number;
  /** What tables hold at the start. */
  readonly tables?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
}

/** A row that could not be applied: its place among the source's rows, from 0, and why. */
export interface QuarantinedTestRow {
  readonly source: string;
  readonly offset: number;
  readonly reason: string;
  readonly column: string | undefined;
}

/** What a job made of rows. */
export interface TestResult {
  /** The tables that the job writes, after every epoch. */
  readonly epochs: readonly Tables[];
  /** The same after the last; without any epoch what they held at the start. */
  readonly tables: Tables;
  readonly quarantined: readonly QuarantinedTestRow[];
  readonly summary: Summary;
}

/**
 * Runs a job over rows, for its tests: no files, no database.
 * @param rows rows by source; of a job with one source, the rows themselves
 * @example
 * const { tables } = await testJob(job, [{ id: 1, gmt_modified: 1736899200000 }], { clock: '2025-01-15T10:00:00+08:00' })
 */
export async function testJob(
  job: { readonly plan: JobPlan },
  rows: readonly unknown[] | Readonly<Record<string, readonly unknown[]>>,
  options: TestOptions = {},
): Promise<TestResult> {
  const { plan } = job;
  const given = rowsBySource(plan, rows);
  const memory = memoryDatabase(initialTables(plan, options.tables ?? {}));
  const epochs: Tables[] = [];
  const quarantined: QuarantinedTestRow[] = [];
  const snapshot = async (): Promise<Tables> => {
    const tables: Record<string, readonly EdgeRow[]> = {};
    for (const { table } of plan.outputs) tables[table.name] = (await memory.rows(table)).map(edgeRow(table));
    return tables;
  };
  const recording: Database = {
    ...memory,
    async commit(commit, signal) {
      const committed = await memory.commit(commit, signal);
      epochs.push(await snapshot());
      return committed;
    },
  };
  const running = start(plan, {
    sources: Object.fromEntries(
      sourcesOf(plan).map(({ name }) => [
        name,
        (spec: SourceSpec) => iterableSource(given[name] ?? [], spec),
      ]),
    ),
    databases: Object.fromEntries(tablesOf(plan).map(({ table }) => [table.name, recording])),
    clock: testClock(options.clock),
    epochRows: options.epochRows ?? 1,
    rewrites: options.rewrites,
    debug: options.debug,
    epochMs: 0,
    ahead: 0,
    onQuarantine: (rejected) => {
      for (const { source, offset, reason, column } of rejected)
        quarantined.push({ source, offset, reason, column });
    },
  });
  const summary = await running.done;
  return { epochs, tables: epochs.at(-1) ?? (await snapshot()), quarantined, summary };
}

function rowsBySource(
  plan: JobPlan,
  rows: readonly unknown[] | Readonly<Record<string, readonly unknown[]>>,
): Readonly<Record<string, readonly unknown[]>> {
  const names = sourcesOf(plan).map(({ name }) => name);
  if (Array.isArray(rows)) {
    const [name] = names;
    if (name === undefined || names.length > 1)
      throw wrong(
        `job '${plan.name}' reads ${names.join(', ')}: give rows by source, { ${names.join(': […], ')}: […] }`,
      );
    return { [name]: rows };
  }
  for (const name of Object.keys(rows))
    if (!names.includes(name))
      throw wrong(`job '${plan.name}' reads no source '${name}', but ${names.join(', ')}`);
  return rows as Readonly<Record<string, readonly unknown[]>>;
}

function initialTables(
  plan: JobPlan,
  tables: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>,
): Record<string, readonly Row[]> {
  const schemas = tablesOf(plan).map(({ table }) => table);
  return Object.fromEntries(
    Object.entries(tables).map(([name, rows]) => {
      const schema = schemas.find((own) => own.name === name);
      if (schema === undefined)
        throw wrong(
          `job '${plan.name}' has no table '${name}', but ${schemas.map((own) => own.name).join(', ')}`,
        );
      return [name, rows.map((row) => tableRow(schema, row))];
    }),
  );
}

function tableRow(schema: TableSchema, given: Readonly<Record<string, unknown>>): Row {
  const row: Record<string, Value> = {};
  for (const { name, type } of schema.columns) {
    try {
      row[name] = fromEdge(type, ownMember(given, name));
    } catch (error) {
      throw error instanceof RowError
        ? wrong(`table ${schema.name}, column ${name}: ${error.message}`, error)
        : error;
    }
  }
  return row;
}

function testClock(clock: TestOptions['clock']): () => number {
  if (clock === undefined) return Date.now;
  const times = (Array.isArray(clock) ? clock : [clock]).map((time) => {
    const millis = typeof time === 'number' ? time : Date.parse(time);
    if (!Number.isFinite(millis)) throw wrong(`clock '${time}' is no instant: 2025-01-15T10:00:00+08:00`);
    return millis;
  });
  let epoch = 0;
  return () => times[Math.min(epoch++, times.length - 1)] as number;
}
