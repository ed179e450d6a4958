import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { SqliteFile } from '../../src/sqlite/sqlite-file.ts';
import { type Ended, type Folder, folder, millrace, start } from './command.ts';

jest.setTimeout(120_000);

/** A job with every kind of state: rows, candidates, groups, counted values, joined rows, and one that is made again. */
const FILES: Readonly<Record<string, string>> = {
  'jobs/catalog.ts': `
import { bigint, catalog, date, decimal, double, source, table, varchar } from 'millrace';
const sale = source({ id: bigint().notNull(), shop: varchar().notNull(), buyer: varchar(), day: date().notNull(),
  price: decimal(8, 2).notNull(), amount: double(), note: varchar() });
const shop_info = table({ shop: varchar(), city: varchar() }, { primaryKey: 'shop' });
const shop_total = table({ shop: varchar(), total: decimal(38, 2), top: double(), buyers: bigint(), n: bigint() }, { primaryKey: 'shop' });
const shop_best = table({ shop: varchar(), id: bigint(), amount: double() }, { primaryKey: 'shop' });
const shop_seen = table({ shop: varchar(), buyer: varchar(), note: varchar() }, { primaryKey: 'shop' });
const sale_city = table({ id: bigint(), shop: varchar(), city: varchar() }, { primaryKey: 'id' });
const buyer_shop = table({ shop: varchar(), n: bigint() }, { primaryKey: 'shop' });
const day_price = table({ day: date(), price: decimal(8, 2), id: bigint() }, { primaryKey: ['day', 'price'] });
export const { stream } = catalog({ sale, shop_info, shop_total, shop_best, shop_seen, sale_city, buyer_shop, day_price },
  { timeZone: 'UTC' });
`,
  'jobs/rich.ts': `
import { count, countDistinct, days, job, max, sum } from 'millrace';
import { stream } from './catalog.ts';
const latest = stream('sale').keyBy('id')
  .lastValue({ ttl: days(1) }); // latest
const total = latest.groupBy('shop')
  .agg({ total: sum('price'), top: max('amount'), buyers: countDistinct('buyer'), n: count() }, { ttl: days(2) }); // total
const best = latest.keyBy('shop')
  .lastValue({ by: 'amount', ttl: days(2) }); // best
const seen = stream('sale').keyBy('shop')
  .lastValue({ ignoreNulls: true, ttl: days(1) }); // seen
const city = latest
  .lookup('shop_info', { shop: 'shop' }, { miss: 'null' }); // city
const buyers = stream('sale').keyBy('buyer')
  .lastValue(); // buyers
const shops = buyers.groupBy('shop')
  .agg({ n: count() }); // shops
const priced = stream('sale').keyBy('day', 'price')
  .lastValue({ by: 'id', ttl: days(1) }); // priced
export default job('rich', total.into('shop_total'), best.pick('shop', 'id', 'amount').into('shop_best'),
  seen.pick('shop', 'buyer', 'note').into('shop_seen'), city.pick('id', 'shop', 'city').into('sale_city'),
  shops.into('buyer_shop'), priced.pick('day', 'price', 'id').into('day_price'));
`,
  'jobs/other.ts': `
import { job } from 'millrace';
import { stream } from './catalog.ts';
export default job('other', stream('sale').pick('day', 'price', 'id').keyBy('day', 'price').lastValue({ by: 'id' }).into('day_price'));
`,
};
const TABLES = ['shop_total', 'shop_best', 'shop_seen', 'sale_city', 'buyer_shop', 'day_price'];

/** The operator that a line of the job makes. */
const siteOf = (mark: string): string =>
  `jobs/rich.ts:${(FILES['jobs/rich.ts'] as string).split('\n').findIndex((line) => line.endsWith(`// ${mark}`)) + 1}`;

interface Sale {
  readonly id: number;
  readonly shop: string;
  readonly buyer: string | null;
  readonly day: string;
  readonly price: string;
  readonly amount: number;
  readonly note: string | null;
}

/** A number below `limit` that row and salt say. */
const some = (row: number, salt: number, limit: number): number =>
  ((Math.imul(row * 7919 + salt, 0x85ebca6b) >>> 8) ^ (row * 31)) % limit;

const sales = (n: number, ids: number, note = 'x'): readonly Sale[] =>
  Array.from({ length: n }, (_, i) => ({
    id: some(i, 1, ids),
    shop: `s${some(i, 2, 5)}`,
    buyer: some(i, 3, 4) === 0 ? null : `b${some(i, 4, 9)}`,
    day: `2025-01-1${some(i, 5, 4)}`,
    price: `${some(i, 6, 5)}.25`,
    amount: some(i, 7, 12),
    note: some(i, 8, 3) === 0 ? null : `${note}${i}`,
  }));
const linesOf = (rows: readonly Sale[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

const RUN = ['run', 'rich', '--input', 'sale=in.ndjson', '--database', 'sqlite:out.db'];
const STATE = ['--state', 'st'];
const SET = ['--clock', '2025-01-15T10:00:00Z', '--epoch-rows', '10', '--epoch-ms', '0', '--json'];

const jsonLines = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

interface Operator {
  readonly id: string;
  readonly operator: string;
  readonly at: string;
  readonly fingerprint: string;
  readonly kept: string;
  readonly rows: number | null;
  readonly bytes: number;
  readonly parts: readonly { readonly name: string; readonly entries: number }[];
}
interface Facts {
  readonly epoch: number;
  readonly clock: string;
  readonly owner: string;
  readonly sources: Record<string, { read: number; files: { path: string; offset: number }[] }>;
  readonly operators: readonly Operator[];
  readonly bytes: Readonly<Record<string, number>>;
}
const factsOf = ({ code, stdout, stderr }: Ended): Facts => {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Facts;
};

/** How many a thing has, by what is counted. */
const distinct = (texts: readonly string[]): number => new Set(texts).size;
const byKey = <K, V>(rows: readonly V[], keyOf: (row: V) => K): Map<K, V> =>
  new Map(rows.map((row) => [keyOf(row), row]));

/** What the operators keep, counted anew from all rows: by mark, the entries of each part. */
function recount(rows: readonly Sale[]): Record<string, Record<string, number>> {
  const latest = [
    ...byKey(
      rows.map((row, i) => ({ ...row, i })),
      ({ id }) => id,
    ).values(),
  ];
  const shops = distinct(rows.map(({ shop }) => shop));
  // By shop and column the last row with a value; the last of all leads as well.
  const leads = ['id', 'shop', 'buyer', 'day', 'price', 'amount', 'note'] as const;
  const leading = new Set(
    leads
      .flatMap((column) => [
        ...byKey(
          rows.flatMap((row, i) => (row[column] === null ? [] : [{ ...row, i }])),
          ({ shop }) => shop,
        ).values(),
      ])
      .map(({ i }) => i),
  );
  const groups = distinct(latest.map(({ shop }) => shop));
  return {
    latest: { rows: latest.length },
    total: {
      'values 1': distinct(latest.map(({ shop, amount }) => `${shop} ${amount}`)),
      'references 2': distinct(
        latest.flatMap(({ shop, buyer }) => (buyer === null ? [] : [`${shop} ${buyer}`])),
      ),
      groups,
    },
    best: { rows: groups, entries: latest.length },
    seen: { rows: shops, entries: leading.size },
    city: { rows: latest.length },
    buyers: { rows: distinct(rows.map(({ buyer }) => `${buyer}`)) },
    priced: { rows: distinct(rows.map(({ day, price }) => `${day} ${price}`)) },
  };
}

const counted = (operators: readonly Operator[], mark: string): Record<string, number> => {
  const found = operators.find(({ at }) => at === siteOf(mark)) as Operator;
  return Object.fromEntries(found.parts.map(({ name, entries }) => [name, entries]));
};

let project: Folder;
const call = (...args: readonly string[]) => millrace(args, { cwd: project.path });
const path = (name: string): string => join(project.path, name);

async function tablesOf(database: string): Promise<Record<string, readonly unknown[]>> {
  const file = await SqliteFile.open(path(database), { readOnly: true });
  const tables: Record<string, readonly unknown[]> = {};
  for (const table of TABLES) tables[table] = await file.rows(`SELECT * FROM ${table} ORDER BY 1, 2`);
  await file.close();
  return tables;
}

async function alter(file: string, ...statements: readonly string[]): Promise<void> {
  const opened = await SqliteFile.open(path(file));
  for (const statement of statements) await opened.run(statement);
  await opened.close();
}

describe('state', () => {
  const rows = sales(400, 40);
  beforeAll(async () => {
    project = folder({ ...FILES, 'in.ndjson': linesOf(rows) });
    expect(await call(...RUN, ...STATE, ...SET)).toMatchObject({ code: 0 });
  });
  afterAll(() => project.remove());
  const state = (...args: readonly string[]) => call('state', 'rich', ...args, ...STATE);

  test('rows of each operator, epoch, clock and offset are those of the rows read', async () => {
    const { epoch, clock, sources, operators, bytes, owner } = factsOf(await state('--json'));
    expect({ epoch, clock }).toEqual({ epoch: 40, clock: '2025-01-15T10:00:00.000Z' });
    expect(owner).toMatch(/^[0-9a-f-]{36}$/);
    expect(sources).toEqual({
      sale: {
        ...{ read: 400, applied: 400, filtered: 0, quarantined: 0 },
        files: [{ path: 'in.ndjson', offset: linesOf(rows).length }],
      },
    });
    const wanted = recount(rows);
    expect(Object.fromEntries(Object.keys(wanted).map((mark) => [mark, counted(operators, mark)]))).toEqual(
      wanted,
    );
    for (const { rows: kept, parts } of operators.filter((operator) => operator.kept === 'own'))
      expect(kept).toBe(parts.find(({ name }) => name === 'rows' || name === 'groups')?.entries);
    expect(operators.find(({ at }) => at === siteOf('shops'))).toMatchObject({ kept: 'below', rows: null });
    expect(bytes.log).toBeGreaterThan(0);
    expect(bytes.outbox).toBeGreaterThan(0);
    expect(bytes.file).toBeGreaterThan(bytes.log as number);
    expect(operators.reduce((sum, operator) => sum + operator.bytes, 0)).toBeLessThan(bytes.file as number);
  });

  test('for people: the same, a line for each operator', async () => {
    const { code, stdout } = await state();
    expect(code).toBe(0);
    expect(stdout).toContain('rich: epoch 40, clock 2025-01-15T10:00:00.000Z (st, owner ');
    expect(stdout).toContain(`in.ndjson to byte ${linesOf(rows).length.toLocaleString('en-US')}\n`);
    expect(stdout).toMatch(
      new RegExp(`^[0-9a-f]{8}  lastValue at ${siteOf('latest')} +40 rows, [0-9,]+ bytes$`, 'm'),
    );
    expect(stdout).toMatch(
      new RegExp(`aggregate at ${siteOf('shops')} +made again from the operators below$`, 'm'),
    );
  });

  test('get: a row, by id, by a start of the fingerprint, by place', async () => {
    const { operators } = factsOf(await state('--json'));
    const latest = operators.find(({ at }) => at === siteOf('latest')) as Operator;
    const [, at] = [
      ...byKey(
        rows.map((_, i) => i),
        (i) => (rows[i] as Sale).id,
      ),
    ].find(([id]) => id === 7) as [number, number];
    const wanted = { row: rows[at], arrival: at, ttl_from: '2025-01-15T10:00:00.000Z' };
    for (const word of [
      latest.id,
      latest.fingerprint,
      latest.id.slice(0, 7),
      latest.at,
      `lastValue at ${latest.at}`,
    ]) {
      const ended = await state('get', word, '7');
      expect({ word, ...ended }).toMatchObject({ word, code: 0, stderr: '' });
      expect(jsonLines(ended.stdout)).toEqual([wanted]);
    }
  });

  test('get: the result of a group, then the values that it counts', async () => {
    const tables = await tablesOf('out.db');
    const [group] = tables.shop_total as {
      shop: string;
      total: number;
      top: number;
      buyers: number;
      n: number;
    }[];
    const { code, stdout } = await state('get', siteOf('total'), (group as { shop: string }).shop);
    expect(code).toBe(0);
    const [first, ...values] = jsonLines(stdout) as [
      { row: Record<string, unknown> },
      ...Record<string, unknown>[],
    ];
    expect({ ...first.row, total: Number(first.row.total) }).toEqual({
      ...group,
      total: Number(group?.total),
    });
    const now = [...byKey(rows, ({ id }) => id).values()].filter(({ shop }) => shop === group?.shop);
    const amounts = values.filter(({ of }) => of === 'top');
    expect(new Set(amounts.map(({ value }) => value))).toEqual(new Set(now.map(({ amount }) => amount)));
    expect(amounts.reduce((sum, { count }) => sum + (count as number), 0)).toBe(now.length);
    const buyers = values.filter(({ of }) => of === 'buyers');
    expect(new Set(buyers.map(({ value }) => value))).toEqual(
      new Set(now.flatMap(({ buyer }) => buyer ?? [])),
    );
    expect(buyers).toHaveLength(group?.buyers as number);
    expect(values).toHaveLength(amounts.length + buyers.length);
  });

  test('get: the winner, then the rows that may come after it', async () => {
    const now = [
      ...byKey(
        rows.map((row, i) => ({ row, i })),
        ({ row }) => row.id,
      ).values(),
    ].filter(({ row }) => row.shop === 's1');
    const [winner, ...candidates] = jsonLines((await state('get', siteOf('best'), 's1')).stdout) as [
      { row: Sale; arrival: number },
      ...{ candidate: Sale; arrival: number }[],
    ];
    const [best] = now.toSorted((a, b) => b.row.amount - a.row.amount || b.i - a.i);
    expect(winner).toMatchObject({ row: { id: best?.row.id, amount: best?.row.amount }, arrival: best?.i });
    expect(candidates.map(({ arrival }) => arrival).sort((a, b) => a - b)).toEqual(
      now.map(({ i }) => i).sort((a, b) => a - b),
    );
  });

  test('get: where NULLs are passed over, which columns a row leads', async () => {
    const own = rows.map((row, i) => ({ row, i })).filter(({ row }) => row.shop === 's2');
    const lastOf = (column: 'buyer' | 'note') =>
      own.findLast(({ row }) => row[column] !== null) as { row: Sale; i: number };
    const [winner, ...candidates] = jsonLines((await state('get', siteOf('seen'), 's2')).stdout) as [
      { row: Sale },
      ...{ leads: string[]; arrival: number }[],
    ];
    expect(winner.row).toMatchObject({
      shop: 's2',
      buyer: lastOf('buyer').row.buyer,
      note: lastOf('note').row.note,
    });
    for (const column of ['buyer', 'note'] as const)
      expect(candidates.find(({ leads }) => leads.includes(column))?.arrival).toBe(lastOf(column).i);
  });

  test('get: keys of several columns, in the form of NDJSON; a joined row by the key of its row', async () => {
    const found = rows.filter(({ day, price }) => day === '2025-01-12' && price === '3.25');
    const id = Math.max(...found.map((row) => row.id));
    const ended = await state('get', siteOf('priced'), '2025-01-12', '3.25');
    expect(jsonLines(ended.stdout)).toMatchObject([{ row: { day: '2025-01-12', price: '3.25', id } }]);
    expect(jsonLines((await state('get', siteOf('city'), '7')).stdout)).toMatchObject([
      { row: { id: 7, city: null } },
    ]);
    const none = rows.findLast(({ buyer }) => buyer === null);
    expect(jsonLines((await state('get', siteOf('buyers'), '\\N')).stdout)).toMatchObject([
      { row: { buyer: null, shop: none?.shop } },
    ]);
  });

  test.each([
    [['get', siteOf('latest'), '4000'], 1, 'keeps nothing of the key {"id":4000} as of epoch 40'],
    [['get', siteOf('latest'), '-7'], 1, 'keeps nothing of the key {"id":-7}'],
    [
      ['get', siteOf('latest'), 'seven'],
      2,
      "key column id BIGINT of lastValue at jobs/rich.ts:5: wanted BIGINT, got 'seven'",
    ],
    [
      ['get', siteOf('priced'), '2025-01-12'],
      2,
      'for each column of its key: day DATE, price DECIMAL(8,2); there is 1 value',
    ],
    [['get', siteOf('latest')], 2, 'for each column of its key: id BIGINT; there are 0'],
    [
      ['get', 'agregate', '1'],
      2,
      "unknown operator 'agregate' of rich: the nearest is 'aggregate' (there is: ",
    ],
    [['get', 'lastValue', '1'], 2, "'lastValue' is any of these operators of rich: name one by its id: "],
    [['get', siteOf('shops'), 's1'], 2, 'keeps nothing: its state is made again at each start'],
    [['get'], 2, 'state rich get wants an operator and a key'],
    [['put'], 2, "unknown word 'put' of state: the nearest is 'get'"],
  ])('%j: exit %i, %s', async (args, code, message) => {
    const ended = await state(...args);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toContain(message);
  });

  test('a state can be looked into when its job cannot be loaded', async () => {
    const { 'jobs/rich.ts': right = '' } = FILES;
    project.write({ 'jobs/rich.ts': 'export default (;' });
    const { code, stdout, stderr } = await state('--json');
    const all = JSON.parse(stdout) as Facts;
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: operators stand where they stood in the last run: .*jobs\/rich\.ts/);
    expect(counted(all.operators, 'latest')).toEqual({ rows: 40 });
    project.write({ 'jobs/rich.ts': right.replace("keyBy('day', 'price')", "keyBy('price', 'day')") });
    const edited = await state();
    expect(edited.stdout).toMatch(/lastValue at .* bytes; the job has it no more$/m);
    project.write({ 'jobs/rich.ts': right });
  });
});

test('rows are counted and found over a snapshot and the log that follows it', async () => {
  const rows = sales(2600, 1500, 'x'.repeat(12_000));
  project = folder({ ...FILES, 'in.ndjson': linesOf(rows) });
  const args = [...RUN, ...STATE, ...SET].map((word) => (word === '10' ? '50' : word));
  expect(await call(...args)).toMatchObject({ code: 0 });
  const { operators, bytes } = factsOf(await call('state', 'rich', '--json', ...STATE));
  expect(bytes.snapshot).toBeGreaterThan(1e6);
  expect(bytes.log).toBeGreaterThan(1e6);
  const wanted = recount(rows);
  expect(Object.fromEntries(Object.keys(wanted).map((mark) => [mark, counted(operators, mark)]))).toEqual(
    wanted,
  );
  for (const id of [3, 700, 1400]) {
    const at = rows.findLastIndex((row) => row.id === id);
    const ended = await call('state', 'rich', 'get', siteOf('latest'), `${id}`, ...STATE);
    expect(jsonLines(ended.stdout)).toMatchObject([{ row: rows[at], arrival: at }]);
  }
  project.remove();
});

describe('while a job runs', () => {
  const rows = sales(900, 60);
  const text = linesOf(rows);
  beforeEach(() => {
    project = folder({ ...FILES, 'in.ndjson': linesOf(rows.slice(0, 300)) });
  });
  afterEach(() => project.remove());
  const following = () => start([...RUN, ...STATE, ...SET, '--follow'], { cwd: project.path });

  test('state is that of one epoch', async () => {
    const run = following();
    await run.shows('sale: file');
    const seen: number[] = [];
    try {
      for (let part = 0; part < 6; part++) {
        appendFileSync(path('in.ndjson'), linesOf(rows.slice(300 + part * 100, 400 + part * 100)));
        const ended = await call('state', 'rich', '--json', ...STATE);
        // Before the first epoch there is nothing to compare.
        if (ended.code !== 0) continue;
        const { epoch, sources, operators } = factsOf(ended);
        if (epoch === null) continue;
        seen.push(epoch);
        const read = epoch * 10;
        expect(sources.sale).toMatchObject({
          read,
          files: [{ offset: linesOf(rows.slice(0, read)).length }],
        });
        const wanted = recount(rows.slice(0, read));
        expect(
          Object.fromEntries(Object.keys(wanted).map((mark) => [mark, counted(operators, mark)])),
        ).toEqual(wanted);
      }
      expect(distinct(seen.map(String))).toBeGreaterThan(1);
    } finally {
      run.child.kill('SIGKILL');
      await run.ended;
    }
  });

  test('the disk is lost: backup, restore and --rebase lead to the tables of an undisturbed run', async () => {
    const run = following();
    try {
      await run.shows('sale: file');
      for (;;) {
        const ended = await call('state', 'rich', '--json', ...STATE);
        if (ended.code === 0 && factsOf(ended).epoch >= 5) break;
      }
      const copied = await call('backup', 'rich', 'copy.db', ...STATE);
      expect(copied).toMatchObject({ code: 0, stderr: '' });
      expect(copied.stdout).toMatch(/^rich: epoch \d+ of st in copy\.db, [0-9,]+ bytes\n$/);
      appendFileSync(path('in.ndjson'), linesOf(rows.slice(300, 600)));
      while (factsOf(await call('state', 'rich', '--json', ...STATE)).epoch < 60);
      expect(await call('restore', 'rich', 'copy.db', ...STATE)).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('is in use by another run'),
      });
    } finally {
      run.child.kill('SIGKILL');
      await run.ended;
    }
    rmSync(path('st'), { recursive: true });
    appendFileSync(path('in.ndjson'), linesOf(rows.slice(600)));
    const back = await call('restore', 'rich', 'copy.db', ...STATE);
    expect(back).toMatchObject({ code: 0, stderr: '' });
    expect(back.stdout).toMatch(/^rich: epoch \d+ of copy\.db is in st\nRun the job: .*--rebase\n$/);
    expect(readdirSync(path('st')).sort()).toEqual(['checkpoint.db', 'identity.json', 'lock.db']);

    const refused = await call(...RUN, ...STATE, ...SET);
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('--rebase') });
    const ended = await call(...RUN, ...STATE, ...SET, '--rebase');
    expect(ended).toMatchObject({ code: 0 });
    expect(readFileSync(path('in.ndjson'), 'utf8')).toBe(text);
    const whole = await call(
      ...RUN.map((word) => word.replace('out.db', 'calm.db')),
      '--state',
      'calm',
      ...SET,
    );
    expect(whole).toMatchObject({ code: 0 });
    expect(await tablesOf('out.db')).toEqual(await tablesOf('calm.db'));
    const counts = ({ stdout }: Ended) => {
      const { epochs, sources } = jsonLines(stdout).at(-1) as Record<string, unknown>;
      return { epochs, sources };
    };
    expect(counts(ended)).toEqual(counts(whole));
  });

  test('what a killed run left beside checkpoints that are lost is not taken for theirs', async () => {
    expect(await call(...RUN, ...STATE, ...SET)).toMatchObject({ code: 0 });
    expect(await call('backup', 'rich', 'copy.db', ...STATE)).toMatchObject({ code: 0 });
    const before = factsOf(await call('state', 'rich', '--json', ...STATE));
    const run = following();
    await run.shows('sale: file');
    appendFileSync(path('in.ndjson'), linesOf(rows.slice(300, 600)));
    while (factsOf(await call('state', 'rich', '--json', ...STATE)).epoch < 60);
    run.child.kill('SIGKILL');
    await run.ended;
    expect(existsSync(path('st/checkpoint.db-wal'))).toBe(true);
    rmSync(path('st/checkpoint.db'));
    expect(await call('state', 'rich', ...STATE)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('npx millrace restore <job> <file> --state st'),
    });
    expect(await call('restore', 'rich', 'copy.db', ...STATE)).toMatchObject({ code: 0 });
    expect(factsOf(await call('state', 'rich', '--json', ...STATE))).toEqual({
      ...before,
      bytes: expect.anything(),
    });
  });
});

describe('errors', () => {
  beforeAll(async () => {
    project = folder({ ...FILES, 'in.ndjson': linesOf(sales(100, 20)), 'words.txt': 'no copy' });
    expect(await call(...RUN, ...STATE, ...SET)).toMatchObject({ code: 0 });
    expect(await call('backup', 'rich', 'good.db', ...STATE)).toMatchObject({ code: 0 });
  });
  afterAll(() => project.remove());
  /** A file of the project under another name. */
  const copy = (from: string, to: string): string => {
    writeFileSync(path(to), readFileSync(path(from)));
    return to;
  };

  test.each([
    [['backup', 'rich'], 2, 'backup wants a file: npx millrace backup <name> <file>'],
    [['backup'], 2, 'backup wants the name of a job'],
    [['restore', 'rich', 'a', 'b'], 2, "unexpected 'b': restore takes a job and a file"],
    [['backup', 'reich', 'new.db'], 2, "unknown job 'reich': the nearest is 'rich'"],
    [['backup', 'rich', 'new.db', '--state', 'none'], 2, 'there is no state of rich in none'],
    [['backup', 'rich', 'good.db', ...STATE], 2, 'good.db is there already'],
    [['backup', 'rich', 'none/new.db', ...STATE], 2, 'none/new.db.new cannot be written'],
    [['backup', 'other', 'new.db', ...STATE], 3, "state directory st belongs to the job 'rich'"],
    [['state', 'other', ...STATE], 3, "state directory st belongs to the job 'rich'"],
    [['state', 'rich', '--state', 'none'], 2, 'there is no state of rich in none'],
    [['restore', 'rich', 'none.db', '--state', 'new'], 2, 'none.db cannot be read'],
    [['restore', 'rich', 'words.txt', '--state', 'new'], 2, 'words.txt is no copy of a state'],
    [['restore', 'rich', 'out.db', '--state', 'new'], 2, 'out.db is no copy of a state'],
    [['restore', 'rich', 'jobs', '--state', 'new'], 2, 'jobs cannot be read'],
    [
      ['restore', 'other', 'good.db', '--state', 'new'],
      3,
      "good.db is a copy of the job 'rich', not of 'other'",
    ],
    [
      ['restore', 'rich', 'good.db', ...STATE],
      3,
      "state directory st holds a state of 'rich' already: move the directory away",
    ],
    [['restore', 'rich', 'good.db', '--state', 'good.db'], 2, 'state directory good.db cannot be'],
  ])('%j: exit %i, %s', async (args, code, message) => {
    const before = readdirSync(project.path);
    const ended = await call(...args);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toContain(message);
    expect(readdirSync(project.path)).toEqual(before);
  });

  const DAMAGE: readonly (readonly [statement: string, message: string])[] = [
    [
      "UPDATE epochs SET state = CAST(substr(state, 1, 20) || x'00' || substr(state, 22) AS BLOB) WHERE epoch = 3",
      'epoch 3 does not match its checksum',
    ],
    [
      "UPDATE epochs SET head = replace(head, 'clock', 'clack') WHERE epoch = 4",
      'epoch 4 does not match its checksum',
    ],
    ['DELETE FROM epochs WHERE epoch = 5', 'epoch 5 is missing'],
    ['UPDATE epochs SET state = NULL WHERE epoch = 6', 'the changes of epoch 6 are missing'],
    ['UPDATE epochs SET state = NULL WHERE epoch = 10', 'the changes of epoch 10 are missing'],
    [
      "INSERT INTO chunks (id, data) VALUES (4294967296, x'0011223344')",
      'chunk 4294967296 does not match its checksum',
    ],
  ];
  test.each(DAMAGE)('%s: neither backed up nor restored', async (statement, message) => {
    const bad = copy('good.db', 'bad.db');
    await alter(bad, statement);
    const restored = await call('restore', 'rich', bad, '--state', 'new');
    expect(restored).toMatchObject({ code: 3, stdout: '' });
    expect(restored.stderr).toContain(`bad.db is damaged: ${message}. Nothing was restored`);
    expect(existsSync(path('new'))).toBe(false);

    project.write({ 'harmed/identity.json': readFileSync(path('st/identity.json')) });
    copy(bad, 'harmed/checkpoint.db');
    const backedUp = await call('backup', 'rich', 'copy.db', '--state', 'harmed');
    expect(backedUp).toMatchObject({ code: 3, stdout: '' });
    expect(backedUp.stderr).toContain(`harmed/checkpoint.db is damaged: ${message}`);
    expect(backedUp.stderr).toContain('npx millrace restore <job> <file> --state harmed');
    expect(existsSync(path('copy.db')) || existsSync(path('copy.db.new'))).toBe(false);
    for (const name of ['harmed', bad]) rmSync(path(name), { recursive: true });
  });

  test('pages that are overwritten or cut off', async () => {
    const good = readFileSync(path('good.db'));
    for (const [bad, message] of [
      [
        Buffer.concat([good.subarray(0, 8192), Buffer.alloc(4096, 7), good.subarray(12288)]),
        'bad.db is damaged',
      ],
      [good.subarray(0, good.length - 8192), 'bad.db is damaged'],
      [Buffer.concat([Buffer.alloc(100, 1), good.subarray(100)]), 'bad.db is no copy of a state'],
      [Buffer.alloc(0), 'bad.db is no copy of a state'],
    ] as const) {
      project.write({ 'bad.db': bad, 'harmed/checkpoint.db': bad });
      const restored = await call('restore', 'rich', 'bad.db', '--state', 'new');
      expect(restored.stderr).toContain(message);
      expect([2, 3]).toContain(restored.code);
      expect(existsSync(path('new'))).toBe(false);
      const backedUp = await call('backup', 'rich', 'copy.db', '--state', 'harmed');
      expect(backedUp).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('harmed/checkpoint.db is damaged'),
      });
      expect(existsSync(path('copy.db')) || existsSync(path('copy.db.new'))).toBe(false);
      const shown = await call('state', 'rich', '--state', 'harmed');
      expect(shown.code).not.toBe(0);
    }
    for (const name of ['harmed', 'bad.db']) rmSync(path(name), { recursive: true });
  });

  test('a copy of another format', async () => {
    const old = copy('good.db', 'old.db');
    await alter(old, "UPDATE meta SET value = '1' WHERE key = 'format'");
    const ended = await call('restore', 'rich', old, '--state', 'new');
    expect(ended).toMatchObject({ code: 3, stderr: expect.stringContaining('old.db has format 1') });
    expect(existsSync(path('new'))).toBe(false);
    rmSync(path(old));
  });

  test('a backup takes away what a backup that was killed left, and a copy can be copied on', async () => {
    project.write({ 'again.db.new': 'half' });
    expect(await call('backup', 'rich', 'again.db', ...STATE)).toMatchObject({ code: 0 });
    expect(existsSync(path('again.db.new'))).toBe(false);
    expect(await call('restore', 'rich', 'again.db', '--state', 'second')).toMatchObject({ code: 0 });
    expect(await call(...RUN, '--state', 'second', ...SET)).toMatchObject({ code: 0 });
    for (const name of ['again.db', 'second']) rmSync(path(name), { recursive: true });
  });
});

test.each(['state', 'backup', 'restore'])('%s --help tells its options', async (command) => {
  const ended = await millrace([command, '--help']);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toContain(`npx millrace ${command} <name> `);
  const options = [...ended.stdout.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name);
  expect(options).toEqual(
    command === 'state' ? ['state', 'env', 'json', 'verbose', 'help'] : ['state', 'env', 'verbose', 'help'],
  );
});
