import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Database } from '../../src/connectors/database.ts';
import { memoryDatabase } from '../../src/connectors/memory/memory-database.ts';
import { bigint, catalog, count, job, source, sum, table } from '../../src/dsl/index.ts';
import type { IntoNode, JobPlan } from '../../src/plan/node.ts';
import { iterableSource } from '../../src/runtime/sources/iterable-source.ts';
import { start } from '../../src/runtime/start.ts';
import { CheckpointLog } from '../../src/state/checkpoint/checkpoint-log.ts';

const events = source({ id: bigint().notNull(), g: bigint().notNull(), n: bigint() });
const totals = table({ g: bigint().notNull(), t: bigint() }, { primaryKey: 'g' });
const last = table({ id: bigint().notNull(), g: bigint().notNull(), n: bigint() }, { primaryKey: 'id' });
const { stream } = catalog({ events, totals, last }, { timeZone: 'UTC' });

const latest = (least: number) =>
  stream('events')
    .filter((e) => e.n.gte(least))
    .keyBy('id')
    .lastValue({ by: 'n' });
const summed = job(
  'edited',
  latest(0)
    .groupBy('g')
    .agg({ t: sum('n') })
    .into('totals'),
).plan;
const others: Readonly<Record<string, JobPlan>> = {
  'a filter below what is kept': job(
    'edited',
    latest(1)
      .groupBy('g')
      .agg({ t: sum('n') })
      .into('totals'),
  ).plan,
  'a filter above what is kept': job(
    'edited',
    latest(0)
      .filter((e) => e.id.gte(0))
      .groupBy('g')
      .agg({ t: sum('n') })
      .into('totals'),
  ).plan,
  'an aggregate that is made again from below': job(
    'edited',
    latest(0).groupBy('g').agg({ t: count() }).into('totals'),
  ).plan,
  'one more table': job(
    'edited',
    latest(0)
      .groupBy('g')
      .agg({ t: sum('n') })
      .into('totals'),
    latest(0).into('last'),
  ).plan,
};

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-plan-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function runOver(plan: JobPlan, database: Database, rows: readonly unknown[]) {
  const checkpoints = await CheckpointLog.open(directory, 'edited');
  try {
    return await start(plan, {
      sources: { events: (spec) => iterableSource(rows, spec) },
      databases: { totals: database, last: database },
      checkpoints,
      epochMs: 0,
    }).done;
  } finally {
    await checkpoints.close();
  }
}

const rows = [
  { id: 1, g: 1, n: 1 },
  { id: 2, g: 1, n: 5 },
];
const more = [...rows, { id: 1, g: 1, n: 2 }];
const totalsOf = (database: Database) => database.rows((summed.outputs[0] as IntoNode).table);

for (const [what, plan] of Object.entries(others))
  test(`an edit that the state does not fit is refused: ${what}; the plan as it was goes on`, async () => {
    const database = memoryDatabase();
    await runOver(summed, database, rows);
    await expect(runOver(plan, database, more)).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/another plan of 'edited': it .*(table|lastValue).* at /),
    });
    expect((await runOver(summed, database, more)).epochs).toBe(2);
    expect(await totalsOf(database)).toEqual([{ g: 1, t: 7 }]);
  });

test('a table that is left out is refused too: its rows would stand still unnoticed', async () => {
  const database = memoryDatabase();
  await runOver(others['one more table'] as JobPlan, database, rows);
  await expect(runOver(summed, database, more)).rejects.toThrow(
    /it holds what the job kept before: .*table last at /,
  );
});

test('the place in the file and names of variables do not count', async () => {
  const database = memoryDatabase();
  await runOver(summed, database, rows);
  const renamed = latest(0);
  const again = job(
    'edited',
    renamed
      .groupBy('g')
      .agg({ t: sum('n') })
      .into('totals'),
  ).plan;
  await runOver(again, database, more);
  expect(await totalsOf(database)).toEqual([{ g: 1, t: 7 }]);
});
