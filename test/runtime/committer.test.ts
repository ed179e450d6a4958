import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Committed, Database } from '../../src/connectors/database.ts';
import { memoryDatabase } from '../../src/connectors/memory/memory-database.ts';
import { openDatabase } from '../../src/connectors/sql/open-database.ts';
import { bigint, catalog, count, job, source, table } from '../../src/dsl/index.ts';
import { tablesOf } from '../../src/plan/derive/tables.ts';
import type { JobPlan } from '../../src/plan/node.ts';
import type { TableSchema } from '../../src/plan/schema.ts';
import { iterableSource } from '../../src/runtime/sources/iterable-source.ts';
import { type StartOptions, start } from '../../src/runtime/start.ts';
import { CheckpointLog } from '../../src/state/checkpoint/checkpoint-log.ts';
import type { Row } from '../../src/values/sql-type.ts';

const events = source({ id: bigint().notNull(), n: bigint() });
const counts = table({ id: bigint().notNull(), c: bigint() }, { primaryKey: 'id' });
const levels = table({ id: bigint().notNull(), level: bigint() }, { primaryKey: 'id' });
const { stream } = catalog({ events, counts, levels }, { timeZone: 'UTC' });
const counting = job('counting', stream('events').groupBy('id').agg({ c: count() }).into('counts')).plan;
/** Each row adds to the level on file: what is written depends on what is there. */
const rising = job(
  'rising',
  stream('events')
    .lookup('levels', { id: 'id' })
    .extend({ level: (e) => e.level.plus(e.n) })
    .keyBy('id')
    .lastValue()
    .omit('n')
    .into('levels'),
).plan;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-committer-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const schemaOf = (plan: JobPlan): TableSchema => tablesOf(plan)[0]?.table as TableSchema;

async function runOver(
  plan: JobPlan,
  database: Database,
  rows: readonly unknown[],
  options: Partial<StartOptions> = {},
) {
  const checkpoints = await CheckpointLog.open(join(directory), plan.name);
  try {
    return await start(plan, {
      sources: { events: (spec) => iterableSource(rows, spec) },
      databases: { [schemaOf(plan).name]: database },
      checkpoints,
      epochRows: 1,
      epochMs: 0,
      ahead: 0,
      ...options,
    }).done;
  } finally {
    await checkpoints.close();
  }
}

const rows = [1, 2, 1, 3, 2, 1].map((id) => ({ id, n: 10 }));
const all = [
  { id: 1, c: 3 },
  { id: 2, c: 2 },
  { id: 3, c: 1 },
];

/** Runs `work` on the database of a file. */
async function withFile<T>(file: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(`sqlite:${join(directory, file)}`);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

test('a database that lost its last commits gets them again at the start', async () => {
  await withFile('out.db', (database) => runOver(counting, database, rows.slice(0, 2)));
  await copyFile(join(directory, 'out.db'), join(directory, 'old.db'));
  await withFile('out.db', (database) => runOver(counting, database, rows));
  const log: string[] = [];
  const found = await withFile('old.db', async (database) => {
    await runOver(counting, database, rows, { log: (line) => log.push(line) });
    return database.rows(schemaOf(counting));
  });
  expect(found).toEqual(all);
  expect(log).toEqual(['4 epochs were missing in the tables: they are there now']);
});

test('a database that loses its last commits during the run gets them again, then what it is given', async () => {
  const lossy = memoryDatabase();
  const lagging = memoryDatabase();
  let lost = false;
  const answers: Committed[] = [];
  const database: Database = {
    ...lossy,
    async claim(claim) {
      await lagging.claim(claim);
      return lossy.claim(claim);
    },
    async commit(commit, signal) {
      if (commit.epoch === 5) lost = true;
      if (commit.epoch <= 2) await lagging.commit(commit, signal);
      const answer = await (lost ? lagging : lossy).commit(commit, signal);
      answers.push(answer);
      return answer;
    },
  };
  await runOver(counting, database, rows);
  expect(await lagging.rows(schemaOf(counting))).toEqual(all);
  expect(answers.filter(({ lostAfter }) => lostAfter !== undefined)).toEqual([
    { overtaken: 0, lostAfter: 2 },
  ]);
});

test('epochs older than the outbox holds are refused by name', async () => {
  const many = Array.from({ length: 1200 }, (_, i) => ({ id: i % 7, n: 0 }));
  await withFile('out.db', (database) => runOver(counting, database, many.slice(0, 2)));
  await copyFile(join(directory, 'out.db'), join(directory, 'old.db'));
  const small = await CheckpointLog.open(directory, 'counting', { synchronous: 'NORMAL', snapshotAfter: 0 });
  await withFile('out.db', (database) =>
    runOver(counting, database, many, { checkpoints: small, ahead: 16 }).finally(() => small.close()),
  );
  await expect(withFile('old.db', (database) => runOver(counting, database, many))).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringContaining('stand at epoch 2, the state at epoch 1200'),
  });
});

test('an old copy of the state is refused, and reads on with rebase', async () => {
  const database = memoryDatabase();
  await runOver(counting, database, rows.slice(0, 2));
  await copyFile(join(directory, 'checkpoint.db'), join(directory, 'copy.db'));
  await runOver(counting, database, rows);
  for (const suffix of ['-wal', '-shm']) await rm(join(directory, `checkpoint.db${suffix}`), { force: true });
  await copyFile(join(directory, 'copy.db'), join(directory, 'checkpoint.db'));
  await expect(runOver(counting, database, rows)).rejects.toThrow('--rebase');
  await runOver(counting, database, rows, { rebase: true });
  expect(await database.rows(schemaOf(counting))).toEqual(all);
});

test('write-backs that are applied again stand on one another; a link that another writer broke ends its chain', async () => {
  const level = async (database: Database, id: number) =>
    (await database.rows(schemaOf(rising))).find((row: Row) => row.id === id)?.level;
  const steps = [1, 2, 1, 2, 1, 2].map((id) => ({ id, n: 10 }));
  await withFile('out.db', async (database) => {
    await database.prepare([{ table: schemaOf(rising), writes: true, looksUp: true, writesNull: ['level'] }]);
    await database.claim({ job: 'people', owner: 'o', epoch: 0, mode: 'fresh', clear: [] });
    const upserts = [1, 2].map((id) => ({ id, level: 0 }));
    const changes = [{ table: schemaOf(rising), upserts, deletes: [], writeBacks: [] }];
    await database.commit({ epoch: 1, previous: 0, completeTo: 0, changes }, new AbortController().signal);
    await runOver(rising, database, steps.slice(0, 2));
  });
  await copyFile(join(directory, 'out.db'), join(directory, 'old.db'));
  await withFile('out.db', async (database) => {
    await runOver(rising, database, steps);
    expect([await level(database, 1), await level(database, 2)]).toEqual([30, 30]);
  });
  // In the database that lost four epochs somebody sets one level to 99: his row stands, also where a later link would fit by chance.
  await withFile('old.db', async (database) => {
    await database.claim({ job: 'people', owner: 'o', epoch: 1, mode: 'fresh', clear: [] });
    const changes = [
      { table: schemaOf(rising), upserts: [{ id: 1, level: 20 }], deletes: [], writeBacks: [] },
    ];
    await database.commit({ epoch: 2, previous: 1, completeTo: 0, changes }, new AbortController().signal);
    const summary = await runOver(rising, database, steps);
    expect([await level(database, 1), await level(database, 2)]).toEqual([20, 30]);
    expect(summary.overtaken).toEqual({ levels: 1 });
  });
});

test('a listener that throws ends the run, also where commits take their time', async () => {
  const memory = memoryDatabase();
  const slow: Database = {
    ...memory,
    async commit(commit, signal) {
      await new Promise((resolve) => setImmediate(resolve));
      return memory.commit(commit, signal);
    },
  };
  const onEpoch = () => {
    throw new Error('listener');
  };
  await expect(runOver(counting, slow, rows, { onEpoch })).rejects.toThrow('listener');
});

test('epochs that wait for a slow database are one step for readers, and come to the same', async () => {
  const memory = memoryDatabase();
  const steps: number[] = [];
  const slow: Database = {
    ...memory,
    async commit(commit, signal) {
      steps.push(commit.epoch);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return memory.commit(commit, signal);
    },
  };
  const many = Array.from({ length: 200 }, (_, i) => ({ id: i % 11, n: 0 }));
  const summary = await runOver(counting, slow, many, { ahead: 16 });
  expect(summary).toMatchObject({ epochs: 200, tables: { counts: { inserted: 11, updated: 189 } } });
  expect(steps.length).toBeLessThan(200);
  expect(steps.at(-1)).toBe(200);
  for (const [i, epoch] of steps.entries()) expect(epoch - (steps[i - 1] ?? 0)).toBeLessThanOrEqual(16);
  const plain = memoryDatabase();
  await start(counting, {
    sources: { events: (spec) => iterableSource(many, spec) },
    databases: { counts: plain },
  }).done;
  expect(await memory.rows(schemaOf(counting))).toEqual(await plain.rows(schemaOf(counting)));
});

test('the clock does not go back over a restart', async () => {
  const database = memoryDatabase();
  const clocks: number[] = [];
  const onEpoch = ({ clock }: { readonly clock: number }) => clocks.push(clock);
  await runOver(counting, database, rows.slice(0, 1), { clock: () => 5000, onEpoch });
  await runOver(counting, database, rows.slice(0, 2), { clock: () => 1000, onEpoch });
  await runOver(counting, database, rows.slice(0, 3), { clock: () => 6000, onEpoch });
  expect(clocks).toEqual([5000, 5000, 6000]);
});
