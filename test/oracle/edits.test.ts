import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Database } from '../../src/connectors/database.ts';
import { memoryDatabase } from '../../src/connectors/memory/memory-database.ts';
import { MillraceError } from '../../src/errors.ts';
import { determinismOf } from '../../src/plan/derive/determinism.ts';
import { sourcesOf } from '../../src/plan/derive/sources.ts';
import { tablesOf } from '../../src/plan/derive/tables.ts';
import type { JobPlan } from '../../src/plan/node.ts';
import type { TableSchema } from '../../src/plan/schema.ts';
import { validate } from '../../src/plan/validate.ts';
import { relationsOf } from '../../src/plan/walk.ts';
import { iterableSource } from '../../src/runtime/sources/iterable-source.ts';
import { start } from '../../src/runtime/start.ts';
import { CheckpointLog } from '../../src/state/checkpoint/checkpoint-log.ts';
import { readCheckpoint } from '../../src/state/checkpoint/read-checkpoint.ts';
import type { Row } from '../../src/values/sql-type.ts';
import { anyCases, type Case, EVENING, eventsOf, heldBy, shown } from './arbitrary/cases.ts';
import { decoded } from './decode.ts';
import { clocksOf } from './history.ts';
import { holds } from './property.ts';
import { tableLines } from './table-lines.ts';

/** A version of a job, and how many rows there are while it runs. */
interface Version {
  readonly plan: JobPlan;
  readonly rows: number;
}

/** Runs version after version of a job over one state and one database. @returns the last one's tables; undefined where an edit is refused for good */
async function edited(given: Case, versions: readonly Version[], size: number) {
  const events = eventsOf(given);
  const clocks = clocksOf(EVENING, events, size);
  const plans = versions.map(({ plan }) => plan);
  const uses = plans.flatMap(tablesOf);
  const held = Object.assign({}, ...plans.map((plan) => heldBy({ ...given, plan }))) as ReturnType<
    typeof heldBy
  >;
  const database: Database = memoryDatabase(
    Object.fromEntries(
      uses.map(({ table }) => [
        table.name,
        (held[table.name] ?? []).map((row) => decoded(table, row) as Row),
      ]),
    ),
  );
  const directory = await mkdtemp(join(tmpdir(), 'millrace-edit-'));
  let read = 0;
  try {
    for (const { plan, rows } of versions) {
      const log = await CheckpointLog.open(directory, 'edited', {
        synchronous: 'NORMAL',
        snapshotAfter: 100,
      });
      const run = (rebuild: boolean) =>
        start(
          { ...plan, name: 'edited' },
          {
            sources: Object.fromEntries(
              sourcesOf(plan).map(({ name }) => [
                name,
                (spec) =>
                  iterableSource(
                    events.slice(0, rows).map(({ object }) => object),
                    spec,
                  ),
              ]),
            ),
            databases: Object.fromEntries(tablesOf(plan).map(({ table }) => [table.name, database])),
            checkpoints: log,
            clock: () => clocks[Math.min(Math.floor(read / size), clocks.length - 1)] as number,
            epochRows: size,
            epochMs: 0,
            ahead: 0,
            rebuild,
            onEpoch: (report) => {
              read += report.rows;
            },
          },
        ).done;
      try {
        await run(false).catch((error: unknown) => {
          if (error instanceof MillraceError && error.message.includes('Start it with --rebuild'))
            return run(true);
          throw error;
        });
      } catch (error) {
        if (error instanceof MillraceError && error.exitCode === 3) return error.message;
        throw error;
      } finally {
        await log.close();
      }
    }
    const { plan } = versions.at(-1) as Version;
    const tables = plan.outputs.map(async ({ table }) => [table.name, await database.rows(table)] as const);
    const offsets = await readCheckpoint(directory, async (state) => {
      const rejected: number[] = [];
      for await (const { offset } of state.rejected()) rejected.push(offset);
      return rejected;
    });
    return { tables: tableLines(Object.fromEntries(await Promise.all(tables))), offsets };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Both jobs as one: what both write has another name in the second. */
const joined = (one: JobPlan, other: JobPlan): JobPlan => ({
  ...one,
  outputs: [
    ...one.outputs,
    ...renamed(other, (table) => one.outputs.some((own) => own.table.name === table.name)).outputs,
  ],
});

const renamed = (plan: JobPlan, clashes: (table: TableSchema) => boolean): JobPlan => ({
  ...plan,
  outputs: plan.outputs.map((output) =>
    clashes(output.table)
      ? { ...output, table: { ...output.table, name: `other_${output.table.name}` } }
      : output,
  ),
});

/** Are these different tables of one name? */
const differsFrom =
  (plan: JobPlan) =>
  (table: TableSchema): boolean =>
    plan.outputs.some(
      (own) => own.table.name === table.name && JSON.stringify(own.table) !== JSON.stringify(table),
    );

const isPure = (plan: JobPlan): boolean => relationsOf(plan).every((node) => determinismOf(node) === 'pure');

const kinds = ['another job', 'tables more', 'tables less'] as const;
const seen = { refused: 0, made: 0 };

test('a random job that becomes another one in the middle of its rows ends as if it had been the other from the beginning', async () => {
  const edit = fc.tuple(
    anyCases,
    anyCases,
    fc.constantFrom(...kinds),
    fc.constantFrom(1, 3),
    fc.double({ min: 0, max: 1, noNaN: true }),
  );
  await holds(30, edit, async ([given, { plan: other }, kind, size, part]) => {
    const both = joined(given.plan, other);
    const before = kind === 'tables less' ? both : given.plan;
    const after = {
      'another job': renamed(other, differsFrom(given.plan)),
      'tables more': both,
      'tables less': given.plan,
    }[kind];
    if ([before, after].some((plan) => validate(plan).length > 0)) return;
    const all = given.rows.length;
    const first = Math.max(1, Math.floor((all / size) * part)) * size;
    await shown(async (one: Case) => {
      const made = await edited(
        one,
        [
          { plan: before, rows: Math.min(first, all) },
          { plan: after, rows: Math.min(first + size, all) },
          { plan: after, rows: all },
        ],
        size,
      );
      if (typeof made === 'string') {
        seen.refused++;
        expect(isPure(after)).toBe(false);
        return;
      }
      seen.made++;
      // A log of what was looked up, or judged by the clock, begins with the edit.
      if (!isPure(after) && kind !== 'tables less') return;
      const expected = await edited(one, [{ plan: after, rows: all }], size);
      // A row that the job as it was could not apply stays in quarantine where the state stays.
      if (typeof expected !== 'string' && `${expected.offsets}` === `${made.offsets}`)
        expect(made.tables).toEqual(expected.tables);
    })(given);
  });
  expect(seen.made).toBeGreaterThan(seen.refused / 4);
});
