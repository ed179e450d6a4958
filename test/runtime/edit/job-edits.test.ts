import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { from } from 'rxjs';
import type { Database } from '../../../src/connectors/database.ts';
import { memoryDatabase } from '../../../src/connectors/memory/memory-database.ts';
import type { Source, SourceSpec } from '../../../src/connectors/source.ts';
import { openDatabase } from '../../../src/connectors/sql/open-database.ts';
import {
  bigint,
  catalog,
  count,
  hours,
  type Job,
  job,
  max,
  source,
  startOfToday,
  sum,
  table,
  timestamp,
} from '../../../src/dsl/index.ts';
import { wrong } from '../../../src/errors.ts';
import { tablesOf } from '../../../src/plan/derive/tables.ts';
import { iterableSource } from '../../../src/runtime/sources/iterable-source.ts';
import { observableSource } from '../../../src/runtime/sources/observable-source.ts';
import { type StartOptions, start } from '../../../src/runtime/start.ts';
import { SqliteFile } from '../../../src/sqlite/sqlite-file.ts';
import { CheckpointLog } from '../../../src/state/checkpoint/checkpoint-log.ts';
import { readCheckpoint } from '../../../src/state/checkpoint/read-checkpoint.ts';
import type { Row } from '../../../src/values/sql-type.ts';

const events = source({
  id: bigint().notNull(),
  g: bigint().notNull(),
  n: bigint(),
  m: bigint(),
  at: timestamp(),
});
const totals = table({ g: bigint().notNull(), t: bigint(), u: bigint() }, { primaryKey: 'g' });
const last = table({ id: bigint().notNull(), g: bigint().notNull(), n: bigint() }, { primaryKey: 'id' });
const big = table({ id: bigint().notNull(), n: bigint() }, { primaryKey: 'id' });
const limits = table({ g: bigint().notNull(), most: bigint() }, { primaryKey: 'g' });
const { stream } = catalog({ events, totals, last, big, limits }, { timeZone: 'UTC' });

const rows: readonly Row[] = Array.from({ length: 40 }, (_, i) => ({
  id: i % 7,
  g: i % 3,
  n: (i * 13) % 11,
  m: i,
  at: 1_736_935_200_000 + i,
}));
const bad = { id: 'x' } as unknown as Row;

const latest = () => stream('events').keyBy('id').lastValue();
const shared = latest();
/** The job of which the others are edits. */
const before = job(
  'edited',
  latest()
    .groupBy('g')
    .agg({ t: sum('n'), u: count() })
    .into('totals'),
);
const upserting = job('edited', stream('events').pick('id', 'n').keyBy('id').lastValue().into('big'));

let directory: string;
let database: Database;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-edit-'));
  database = memoryDatabase();
});
afterEach(async () => {
  await database.close();
  await rm(directory, { recursive: true });
});

type Settings = Partial<StartOptions> & { readonly open?: (spec: SourceSpec) => Source };

async function run({ plan }: Job, given: readonly unknown[], settings: Settings = {}) {
  const { open = (spec) => iterableSource(given, spec), ...options } = settings;
  const checkpoints = await CheckpointLog.open(directory, 'edited', {
    synchronous: 'NORMAL',
    snapshotAfter: 1000,
  });
  try {
    return await start(plan, {
      sources: { events: open },
      databases: Object.fromEntries(tablesOf(plan).map(({ table: { name } }) => [name, database])),
      checkpoints,
      epochRows: 4,
      epochMs: 0,
      ...options,
    }).done;
  } finally {
    await checkpoints.close();
  }
}

const contents = async ({ plan }: Job, of = database) =>
  Object.fromEntries(
    await Promise.all(plan.outputs.map(async (output) => [output.table.name, await of.rows(output.table)])),
  ) as Readonly<Record<string, readonly Row[]>>;

/** What a job comes to that was never edited. */
async function undisturbed(edited: Job, given: readonly unknown[]) {
  const other = memoryDatabase();
  const { plan } = edited;
  const summary = await start(plan, {
    sources: { events: (spec) => iterableSource(given, spec) },
    databases: Object.fromEntries(tablesOf(plan).map(({ table: { name } }) => [name, other])),
  }).done;
  return { tables: await contents(edited, other), sources: summary.sources };
}

interface Edit {
  readonly from?: Job;
  readonly to: Job;
  /** What the refusal says is to be done. */
  readonly told: readonly RegExp[];
}

const edits: Readonly<Record<string, Edit>> = {
  'an aggregate column more': {
    to: job(
      'edited',
      latest()
        .groupBy('g')
        .agg({ t: sum('n'), u: max('n') })
        .into('totals'),
    ),
    told: [/keep +lastValue/, /rebuild +aggregate/, /rewrite +table totals.*from the state/],
  },
  'a filter above the kept state': {
    to: job(
      'edited',
      latest()
        .filter((e) => e.n.gte(3))
        .groupBy('g')
        .agg({ t: sum('n'), u: count() })
        .into('totals'),
    ),
    told: [/keep +lastValue/, /rebuild +aggregate/, /rewrite +table totals.*from the state/],
  },
  'a filter below it': {
    to: job(
      'edited',
      stream('events')
        .filter((e) => e.n.gte(3))
        .keyBy('id')
        .lastValue()
        .groupBy('g')
        .agg({ t: sum('n'), u: count() })
        .into('totals'),
    ),
    told: [/replay +lastValue/, /replay +aggregate/, /rewrite +table totals.*from the rows of the sources/],
  },
  'a column that the state lacks': {
    to: job(
      'edited',
      latest()
        .groupBy('g')
        .agg({ t: sum('n'), u: max('m') })
        .into('totals'),
    ),
    told: [/replay +lastValue/],
  },
  'a column less': {
    from: job(
      'edited',
      latest()
        .groupBy('g')
        .agg({ t: sum('m'), u: max('n') })
        .into('totals'),
    ),
    to: job(
      'edited',
      latest()
        .groupBy('g')
        .agg({ t: sum('m'), u: count() })
        .into('totals'),
    ),
    told: [/keep +lastValue/, /rebuild +aggregate/],
  },
  'a table more, from the state': {
    to: job(
      'edited',
      shared
        .groupBy('g')
        .agg({ t: sum('n'), u: count() })
        .into('totals'),
      shared.pick('id', 'g', 'n').into('last'),
    ),
    told: [/keep +lastValue/, /keep +table totals/, /fill +table last.*from the state/],
  },
  'a table more, from the sources': {
    to: job(
      'edited',
      latest()
        .groupBy('g')
        .agg({ t: sum('n'), u: count() })
        .into('totals'),
      stream('events')
        .filter((e) => e.n.gte(9))
        .pick('id', 'n')
        .keyBy('id')
        .lastValue()
        .into('big'),
    ),
    told: [/replay +lastValue/, /rewrite +table totals/, /fill +table big/],
  },
  'a filter over the last rows of an upsert': {
    from: upserting,
    to: job(
      'edited',
      stream('events')
        .filter((e) => e.n.gte(4))
        .pick('id', 'n')
        .keyBy('id')
        .lastValue()
        .into('big'),
    ),
    told: [/rewrite +table big.*from the rows of the sources/],
  },
  'rows that never end any more': {
    from: job(
      'edited',
      stream('events')
        .keyBy('id')
        .lastValue({ ttl: hours(1) })
        .groupBy('g')
        .agg({ t: sum('n'), u: count() })
        .into('totals'),
    ),
    to: before,
    told: [/replay +lastValue/],
  },
  'groups that never end any more': {
    from: job(
      'edited',
      stream('events')
        .groupBy('g')
        .agg({ t: sum('n'), u: count() }, { ttl: hours(1) })
        .into('totals'),
    ),
    to: job(
      'edited',
      stream('events')
        .groupBy('g')
        .agg({ t: sum('n'), u: count() })
        .into('totals'),
    ),
    told: [/replay +aggregate/],
  },
  'another table in the database': {
    to: job(
      'edited',
      catalog(
        {
          events,
          totals: table(
            { g: bigint().notNull(), t: bigint(), u: bigint() },
            { primaryKey: 'g', tableName: 'sums' },
          ),
        },
        { timeZone: 'UTC' },
      )
        .stream('events')
        .keyBy('id')
        .lastValue()
        .groupBy('g')
        .agg({ t: sum('n'), u: count() })
        .into('totals'),
    ),
    told: [/keep +lastValue/, /rewrite +table totals/],
  },
  'a table less': {
    from: job(
      'edited',
      latest()
        .groupBy('g')
        .agg({ t: sum('n'), u: count() })
        .into('totals'),
      stream('events').pick('id', 'n').keyBy('id').lastValue().into('big'),
    ),
    to: before,
    told: [/keep +lastValue/, /keep +table totals/, /drop +table big/],
  },
};

describe.each(Object.entries(edits))('%s', (_, { from: old = before, to, told }) => {
  const half = [...rows.slice(0, 20), bad];
  const all = [...half, ...rows.slice(20)];

  test('is refused with what it means, and nothing changes', async () => {
    await run(old, half);
    const was = await contents(old);
    for (const pattern of [...told, /Start it with --rebuild/])
      await expect(run(to, all)).rejects.toMatchObject({
        exitCode: 3,
        message: expect.stringMatching(pattern) as unknown,
      });
    expect(await contents(old)).toEqual(was);
    await run(old, all);
    expect(await contents(old)).toEqual((await undisturbed(old, all)).tables);
  });

  test('with --rebuild ends as the job that was never edited, also over further runs', async () => {
    await run(old, half);
    const { sources } = await run(to, all.slice(0, 30), { rebuild: true });
    expect(sources.events?.read).toBe(30);
    const summary = await run(to, all);
    const expected = await undisturbed(to, all);
    expect(await contents(to)).toEqual(expected.tables);
    expect(summary.sources.events).toMatchObject({ read: 41, quarantined: 1 });
    const rejected = await readCheckpoint(directory, (state) => state.countRejected());
    expect(rejected).toBe(1);
  });

  test('is made in one commit, also when the process ends between state and table', async () => {
    await run(old, half);
    const was = await contents(old);
    const down: Database = {
      ...database,
      commit: () => {
        throw new Error('the process ends here');
      },
    };
    const databases = Object.fromEntries(tablesOf(to.plan).map(({ table: { name } }) => [name, down]));
    await expect(run(to, all, { rebuild: true, databases })).rejects.toThrow('the process ends here');
    expect(await contents(old)).toEqual(was);
    const seen: unknown[] = [];
    const watched: Database = {
      ...database,
      async commit(commit, signal) {
        const committed = await database.commit(commit, signal);
        seen.push(await contents(to));
        return committed;
      },
    };
    const again = Object.fromEntries(tablesOf(to.plan).map(({ table: { name } }) => [name, watched]));
    await run(to, all, { databases: again });
    expect(await contents(to)).toEqual((await undisturbed(to, all)).tables);
    expect(seen[0]).toEqual((await undisturbed(to, half)).tables);
  });
});

test('an epoch that a table is owed of before it is written anew is left out, that of its neighbour is not', async () => {
  const both = (edited: boolean) =>
    job(
      'edited',
      shared
        .groupBy('g')
        .agg({ t: edited ? max('n') : sum('n'), u: count() })
        .into('totals'),
      shared.pick('id', 'g', 'n').into('last'),
    );
  const failing: Database = {
    ...database,
    commit: () => Promise.reject(new Error('the process ends here')),
  };
  const through = (some: Database) => ({ databases: { totals: some, last: some } });
  await expect(run(both(false), rows.slice(0, 4), through(failing))).rejects.toThrow('ends here');
  const given: (readonly [epoch: number, table: string])[] = [];
  const watched: Database = {
    ...database,
    commit(commit, signal) {
      for (const { table } of commit.changes) given.push([commit.epoch, table.name]);
      return database.commit(commit, signal);
    },
  };
  const to = both(true);
  await run(to, rows.slice(0, 4), { ...through(watched), rebuild: true });
  expect(given).toEqual([
    [1, 'last'],
    [2, 'totals'],
    [2, 'last'],
  ]);
  expect(await contents(to)).toEqual((await undisturbed(to, rows.slice(0, 4))).tables);
});

test('a table that is filled for the first time keeps the rows of others', async () => {
  const others = { id: 99, g: 0, n: 1 };
  database = memoryDatabase({ last: [others] });
  await run(before, rows);
  const { to } = edits['a table more, from the state'] as Edit;
  await run(to, rows, { rebuild: true });
  const { last: own, ...rest } = (await undisturbed(to, rows)).tables;
  expect(await contents(to)).toEqual({ ...rest, last: [...(own ?? []), others] });
});

test('the place in the file and names of variables do not count', async () => {
  await run(before, rows.slice(0, 20));
  const renamed = stream('events').keyBy('id').lastValue();
  const again = job(
    'edited',
    renamed
      .groupBy('g')
      .agg({ t: sum('n'), u: count() })
      .into('totals'),
  );
  await run(again, rows);
  expect(await contents(again)).toEqual((await undisturbed(again, rows)).tables);
});

describe('what cannot be made again is refused, also with --rebuild', () => {
  const refusals: Readonly<
    Record<
      string,
      { readonly from?: Job; readonly to: Job; readonly reason: RegExp; readonly settings?: Settings }
    >
  > = {
    'the clock is not what it was': {
      to: job(
        'edited',
        stream('events')
          .filter((e) => e.at.gte(startOfToday()))
          .keyBy('id')
          .lastValue()
          .groupBy('g')
          .agg({ t: sum('n'), u: count() })
          .into('totals'),
      ),
      reason: /does not hold what lastValue at .* needs.*filter at .*reads the clock/,
    },
    'a table answers otherwise by now': {
      to: job(
        'edited',
        stream('events')
          .lookup('limits', { g: 'g' })
          .keyBy('id')
          .lastValue()
          .groupBy('g')
          .agg({ t: max('most'), u: count() })
          .into('totals'),
      ),
      reason: /lookup at .*reads the outside/,
    },
    'state that ends': {
      to: job(
        'edited',
        stream('events')
          .keyBy('id')
          .lastValue({ ttl: hours(1) })
          .groupBy('g')
          .agg({ t: sum('n'), u: count() })
          .into('totals'),
      ),
      reason: /lastValue at .* has a ttl/,
    },
    'groups that end': {
      from: (edits['groups that never end any more'] as Edit).to,
      to: (edits['groups that never end any more'] as Edit).from as Job,
      reason: /aggregate at .* has a ttl/,
    },
    'a source that gives its rows once': {
      to: (edits['a filter below it'] as Edit).to,
      settings: { open: (spec) => observableSource(from([]), spec) },
      reason: /source 'events' .* cannot be read again/,
    },
    'a source that lost its first rows': {
      to: (edits['a filter below it'] as Edit).to,
      settings: { open: (spec) => iterableSource(rows.slice(30), spec) },
      reason: /source 'events' gives 10 rows from its beginning, but 20 were read/,
    },
  };
  test.each(Object.entries(refusals))('%s', async (_, { from: old = before, to, reason, settings = {} }) => {
    await run(old, rows.slice(0, 20));
    const was = await contents(old);
    await expect(run(to, rows, { rebuild: true, ...settings })).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(reason) as unknown,
    });
    expect(await contents(old)).toEqual(was);
    await run(old, rows);
    expect(await contents(old)).toEqual((await undisturbed(old, rows)).tables);
  });
});

test('a replay that rejects more rows than may be is not made', async () => {
  const { to } = edits['a filter below it'] as Edit;
  await run(before, [...rows.slice(0, 20), bad, bad]);
  const was = await contents(before);
  const told: number[] = [];
  const strict = {
    rebuild: true,
    maxQuarantined: 1,
    onQuarantine: (some: readonly unknown[]) => void told.push(some.length),
  };
  await expect(run(to, [...rows.slice(0, 20), bad, bad], strict)).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringMatching(/2 rows are quarantined, more than --max-quarantined 1/) as unknown,
  });
  expect(await contents(before)).toEqual(was);
  expect(told).toEqual([]);
  await run(to, [...rows.slice(0, 20), bad, bad], { ...strict, maxQuarantined: 2 });
  expect(told).toEqual([2]);
});

describe('tables that an edit does not touch stay as they are', () => {
  const both = (edited: boolean) =>
    job(
      'edited',
      shared
        .groupBy('g')
        .agg({ t: edited ? max('n') : sum('n'), u: count() })
        .into('totals'),
      stream('events').pick('id', 'n').keyBy('id').lastValue().into('big'),
    );

  test('also where they could not be made again', async () => {
    const once: Settings = { open: (spec) => observableSource(from([]), spec) };
    await run(both(false), rows);
    await run(both(true), rows, { ...once, rebuild: true });
    expect(await contents(both(true))).toEqual((await undisturbed(both(true), rows)).tables);
    await expect(run(both(true), rows, { ...once, rebuild: true })).rejects.toThrow(/cannot be read again/);
  });

  test('where they are lost at the same time, the way back is told', async () => {
    await over(() => run(both(false), rows));
    const file = await SqliteFile.open(join(directory, 'out.db'));
    await file.run('DROP TABLE big');
    await file.close();
    await expect(over(() => run(both(true), rows, { rebuild: true }))).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(
        /has written big, which .* run the job as it was with --rebuild first/,
      ) as unknown,
    });
    await over(() => run(both(false), rows, { rebuild: true }));
    await over(() => run(both(true), rows, { rebuild: true }));
    expect(await over(() => contents(both(true)))).toEqual((await undisturbed(both(true), rows)).tables);
  });
});

test('a table that comes back is written anew: the rows of its first time do not stand beside', async () => {
  const both = (least: number) =>
    job(
      'edited',
      shared
        .groupBy('g')
        .agg({ t: sum('n'), u: count() })
        .into('totals'),
      shared
        .filter((e) => e.n.gte(least))
        .pick('id', 'g', 'n')
        .into('last'),
    );
  await run(both(0), rows);
  await run(before, rows, { rebuild: true });
  await run(both(9), rows, { rebuild: true });
  expect(await contents(both(9))).toEqual((await undisturbed(both(9), rows)).tables);
});

test('rows that were made of what a table answered stay; later ones are those of the edited job', async () => {
  const alerts = (least: number) =>
    job(
      'edited',
      stream('events')
        .lookup('limits', { g: 'g' })
        .filter((e) => e.n.gte(least))
        .pick('id', 'n')
        .keyBy('id')
        .lastValue()
        .into('big'),
    );
  database = memoryDatabase({ limits: [0, 1, 2].map((g) => ({ g, most: 5 })) });
  await run(alerts(0), [{ id: 1, g: 0, n: 1 }]);
  await expect(run(alerts(5), [])).rejects.toThrow(/go on +table big.*its rows stay/);
  const given = [
    { id: 1, g: 0, n: 1 },
    { id: 2, g: 0, n: 1 },
    { id: 3, g: 0, n: 9 },
  ];
  await run(alerts(5), given, { rebuild: true });
  expect((await contents(alerts(5))).big).toEqual([
    { id: 1, n: 1 },
    { id: 3, n: 9 },
  ]);
  await expect(run(alerts(5), given, { rebuild: true })).rejects.toThrow(
    /no table of edited can be written anew/,
  );
});

test('a table that goes on and got a column is given what it was owed, with NULL there', async () => {
  const owed = job(
    'edited',
    stream('events').lookup('limits', { g: 'g' }).pick('id', 'n').keyBy('id').lastValue().into('big'),
  );
  const wider = catalog(
    {
      events,
      limits,
      big: table({ id: bigint().notNull(), n: bigint(), most: bigint() }, { primaryKey: 'id' }),
    },
    { timeZone: 'UTC' },
  );
  const to = job(
    'edited',
    wider
      .stream('events')
      .lookup('limits', { g: 'g' })
      .pick('id', 'n', 'most')
      .keyBy('id')
      .lastValue()
      .into('big'),
  );
  database = memoryDatabase({ limits: [0, 1, 2].map((g) => ({ g, most: 5 })) });
  const failing: Database = {
    ...database,
    commit: () => Promise.reject(new Error('the process ends here')),
  };
  const given = [
    { id: 1, g: 0, n: 1 },
    { id: 2, g: 1, n: 2 },
  ];
  const databases = { big: failing, limits: database };
  await expect(run(owed, given.slice(0, 1), { databases })).rejects.toThrow('ends here');
  await run(to, given, { rebuild: true });
  expect((await contents(to)).big).toEqual([
    { id: 1, n: 1, most: null },
    { id: 2, n: 2, most: 5 },
  ]);
});

test('a table whose rows cannot be removed is told before the state is replaced', async () => {
  await run(before, rows.slice(0, 20));
  const addedTo: Database = {
    ...database,
    mayClear: ({ name }) => {
      throw wrong(`rows of ${name} cannot be removed`);
    },
  };
  const databases = { totals: addedTo };
  await expect(run(before, rows, { databases, rebuild: true })).rejects.toThrow('totals cannot be removed');
  await run(before, rows, { databases });
  expect(await contents(before)).toEqual((await undisturbed(before, rows)).tables);
});

describe('tables that are lost', () => {
  test('are written anew from the state', async () => {
    await run(before, rows.slice(0, 20));
    database = memoryDatabase();
    await expect(run(before, rows)).rejects.toThrow(/no fence row here.*--rebuild/);
    await run(before, rows, { rebuild: true });
    expect(await contents(before)).toEqual((await undisturbed(before, rows)).tables);
  });

  test('are written anew from the sources where nothing is kept', async () => {
    await run(upserting, rows.slice(0, 20));
    database = memoryDatabase();
    await run(upserting, rows, { rebuild: true });
    expect(await contents(upserting)).toEqual((await undisturbed(upserting, rows)).tables);
  });
});

const url = () => `sqlite:${join(directory, 'out.db')}`;
/** Work with the job's tables in an SQLite file. */
async function over<T>(work: () => Promise<T>): Promise<T> {
  database = await openDatabase(url(), { synchronous: 'NORMAL' });
  try {
    return await work();
  } finally {
    await database.close();
  }
}

test('a table that is gone is not taken for one that is new', async () => {
  await over(() => run(before, rows.slice(0, 20)));
  const file = await SqliteFile.open(join(directory, 'out.db'));
  await file.run('DROP TABLE totals');
  await file.close();
  for (let start = 0; start < 2; start++)
    await expect(over(() => run(before, rows))).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/has written totals, which is not there.*--rebuild/) as unknown,
    });
  await over(() => run(before, rows, { rebuild: true }));
  expect(await over(() => contents(before))).toEqual((await undisturbed(before, rows)).tables);
});

describe('a database that is put back', () => {
  const putBack = () => copyFile(join(directory, 'old.db'), join(directory, 'out.db'));
  const many = Array.from({ length: 1100 }, (_, i) => ({ id: i % 5, g: i % 2, n: i % 17, m: i }));
  const tables = (edited: Job) => over(() => contents(edited));

  test('further than effects are kept: refused, and written anew with --rebuild', async () => {
    await over(() => run(before, many.slice(0, 5), { epochRows: 1 }));
    await copyFile(join(directory, 'out.db'), join(directory, 'old.db'));
    await over(() => run(before, many, { epochRows: 1 }));
    await putBack();
    await expect(over(() => run(before, many))).rejects.toThrow(/not kept any more.*--rebuild/);
    await over(() => run(before, many, { rebuild: true }));
    expect(await tables(before)).toEqual((await undisturbed(before, many)).tables);
  }, 60_000);

  test('to before an edit: what was written anew is written again, alone', async () => {
    const { to } = edits['an aggregate column more'] as Edit;
    await over(() => run(before, many.slice(0, 50)));
    await copyFile(join(directory, 'out.db'), join(directory, 'old.db'));
    await over(() => run(before, many.slice(0, 80)));
    await over(() => run(to, many.slice(0, 90), { rebuild: true }));
    await putBack();
    await over(() => run(to, many.slice(0, 100)));
    expect(await tables(to)).toEqual((await undisturbed(to, many.slice(0, 100))).tables);
  });
});
