import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Database, TableUse } from '../../../src/connectors/database.ts';
import { openOtsDatabase } from '../../../src/connectors/ots/ots-database.ts';
import type { OtsOptions } from '../../../src/connectors/ots/ots-options.ts';
import type { OtsTable, OtsValue } from '../../../src/connectors/ots/ots-port.ts';
import type { TableSchema } from '../../../src/plan/schema.ts';
import type { Row, SqlType, Value } from '../../../src/values/sql-type.ts';
import { changes, claimOf, commitOf, errorOf, never, table, use } from '../sql/fixture.ts';
import { type OtsServer, startOtsServer } from './ots-server.ts';

let server: OtsServer;
const lines: string[] = [];
const databases: Database[] = [];

const open = async (options: Partial<OtsOptions> = {}): Promise<Database> => {
  const database = await openOtsDatabase(
    { ...server, retryIntervalMs: 1, ...options },
    { log: (line) => lines.push(line) },
  );
  databases.push(database);
  return database;
};
/** A database that is claimed and whose tables are there. */
const ready = async (uses: readonly TableUse[], options: Partial<OtsOptions> = {}): Promise<Database> => {
  const database = await open(options);
  await database.prepare(uses);
  await database.claim(claimOf('job', 'me'));
  return database;
};

beforeEach(async () => {
  lines.length = 0;
  server = await startOtsServer();
});
afterEach(async () => {
  for (const database of databases.splice(0)) await database.close();
  await server.close();
});

const plain = table('t', 1, { id: 'BIGINT', v: 'VARCHAR' });
const key = (...names: string[]): OtsTable['key'] =>
  names.map((part) => {
    const [name, type] = part.split(' ');
    return { name: name as string, type: type as 'INTEGER' };
  });
const at = () => server.endPoint.replace('http://', 'ots://');

describe('prepare', () => {
  test('creates what is missing, and says so; again it is there', async () => {
    const schema = table('four', 4, { d: 'DATE', s: 'VARCHAR', t: 'TIMESTAMP(3)', n: 'INT', v: 'DOUBLE' });
    const database = await open();
    expect(await database.prepare([use(schema)])).toEqual([]);
    expect(server.table('four')?.key).toEqual(key('d STRING', 's STRING', 't INTEGER', 'n INTEGER'));
    expect(lines).toEqual(
      ['four', 'millrace_fence'].map(
        (name) =>
          `${at()}/testing: created table ${name}: no reserved throughput, one version of each value, kept without end`,
      ),
    );
    lines.length = 0;
    await database.prepare([use(schema)]);
    expect(lines).toEqual([]);
  });

  test('a job that only looks up makes no table of fences', async () => {
    server.create('t', key('id INTEGER'));
    await (await open()).prepare([use(plain, { writes: false })]);
    expect(server.table('millrace_fence')).toBeUndefined();
  });

  test('the name of the catalog, of the options, of the fences', async () => {
    const named: TableSchema = { ...plain, tableName: 'in_catalog' };
    await (await open({ fenceTable: 'fences' })).prepare([use(named)]);
    await (await open({ tableName: 'in_options' })).prepare([use(named)]);
    for (const name of ['in_catalog', 'in_options', 'fences', 'millrace_fence'])
      expect(server.table(name)?.name).toBe(name);
  });

  test.each<readonly [string, Partial<OtsOptions>, readonly TableSchema[], string]>([
    [
      'one name for two tables',
      { tableName: 'x' },
      [plain, table('u', 1, { a: 'INT' })],
      "tableName 'x' is one table, and the job uses t, u here",
    ],
    [
      'the name of the fences',
      { fenceTable: 't' },
      [plain],
      "table t is 't', which is the table of the fences",
    ],
  ])('%s: refused', async (_, options, schemas, text) => {
    const error = await errorOf((await open(options)).prepare(schemas.map((schema) => use(schema))));
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain(text);
  });

  test('what Tablestore cannot hold: every reason, nothing is created', async () => {
    const wide = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`c${i}`, 'INT'])) as Record<
      string,
      SqlType
    >;
    const uses = [
      use(table('nö', 1, { 'a b': 'INT' })),
      use(table('keys', 3, { a: 'DOUBLE', b: 'BOOLEAN', c: 'DECIMAL(9,2)' })),
      use(table('five', 5, { a: 'INT', b: 'INT', c: 'INT', d: 'INT', e: 'INT' })),
      use(table('wide', 1, { k: 'INT', ...wide })),
      use(table('wide_sink', 1, { k: 'INT', ...wide }), { looksUp: false }),
    ];
    const error = await errorOf((await open()).prepare(uses));
    expect(error.exitCode).toBe(2);
    expect(error.message.split('\n')).toEqual([
      `${at()}/testing does not fit the catalog; change the one or the other, nothing was written:`,
      "  table nö: table name 'nö': names there have letters, digits and _, no digit first",
      "  table nö: column 'a b': names there have letters, digits and _, no digit first",
      '  table keys: key column a is DOUBLE: keys there are whole numbers, times or text',
      '  table keys: key column b is BOOLEAN: keys there are whole numbers, times or text',
      '  table keys: key column c is DECIMAL(9,2): keys there are whole numbers, times or text',
      '  table five: its primary key has 5 columns, and 4 are possible there',
      expect.stringMatching(
        /^ {2}table wide: it is looked up and written back: that compares all 11 columns/,
      ),
    ]);
    expect(server.seen).toEqual([]);
  });

  test('a table that does not fit: every difference', async () => {
    server.create('t', [
      { name: 'v', type: 'STRING' },
      { name: 'id', type: 'STRING' },
    ]);
    server.create('u', [{ name: 'id', type: 'INTEGER', increments: true }], {
      allowsUpdate: false,
      declared: [
        { name: 'v', type: 'INTEGER' },
        { name: 'w', type: 'STRING' },
      ],
    });
    const other = table('other', 1, { id: 'BIGINT', v: 'VARCHAR', w: 'DECIMAL(4,2)' });
    const error = await errorOf((await open()).prepare([use(plain), use({ ...other, tableName: 'u' })]));
    expect(error.exitCode).toBe(2);
    expect(error.message.split('\n').slice(1)).toEqual([
      '  table t: its primary key is (v STRING, id STRING), (id INTEGER) is declared',
      '  table other (u): key column id is AUTO_INCREMENT: a job cannot say which row it writes',
      '  table other (u): column v is INTEGER, VARCHAR is declared, which is STRING in Tablestore',
      '  table other (u): it does not allow updates of rows (allowUpdate is false), by which it is written',
    ]);
    expect(server.table('millrace_fence')).toBeUndefined();
  });

  test('the order of the key columns counts', async () => {
    server.create('two', key('a STRING', 'b STRING'));
    const schema = table('two', 2, { b: 'VARCHAR', a: 'VARCHAR' });
    expect((await errorOf((await open()).prepare([use(schema)]))).message).toContain(
      'its primary key is (a STRING, b STRING), (b STRING, a STRING) is declared',
    );
  });

  test('a table that is expected and missing: refused, nothing is created', async () => {
    const error = await errorOf((await open()).prepare([use(plain, { expected: true })]));
    expect(error).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('the job has written t, which is not there'),
    });
    expect(server.table('millrace_fence')).toBeUndefined();
  });

  test('values that vanish are warned of, where the job writes', async () => {
    server.create('t', key('id INTEGER'), { timeToLive: 86_400 });
    expect(await (await open()).prepare([use(plain)])).toEqual([
      `${at()}/testing: table t keeps values for 86400 s (timeToLive): rows that the job has written vanish after that`,
    ]);
    expect(await (await open()).prepare([use(plain, { writes: false })])).toEqual([]);
  });

  test('a table that another run creates at this moment', async () => {
    server.inject(({ operation, table: name }) => {
      if (operation === 'CreateTable' && name === 't' && !server.table('t'))
        server.create('t', key('id STRING'));
      return undefined;
    });
    expect((await errorOf((await open()).prepare([use(plain)]))).message).toContain(
      'its primary key is (id STRING)',
    );
  });

  test('wrong credentials: exit 2, at once, without a secret', async () => {
    const error = await errorOf((await open({ accessKey: 'hush-hush' })).prepare([use(plain)]));
    expect(error).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(
        /cannot prepare its tables: table t: OTSAuthFailed: Signature mismatch. \(request request-0\); check accessId/,
      ),
    });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error.cause)).not.toMatch(
      /hush/,
    );
  });

  test('a server that is away: tried as often as was said', async () => {
    const database = await open({ maxRetryTimes: 3 });
    server.inject(() => ({ error: 'OTSServerBusy' }));
    const error = await errorOf(database.prepare([use(plain)]));
    expect(error.message).toMatch(/does not work, tried 4 times: OTSServerBusy/);
    expect([error.exitCode, server.seen.length]).toEqual([1, 4]);
  });
});

describe('values', () => {
  const cases: readonly (readonly [SqlType, Value, OtsValue | undefined])[] = [
    ['INT', -2147483648, -2147483648n],
    ['INT', 2147483647, 2147483647n],
    ['BIGINT', Number.MAX_SAFE_INTEGER, 9007199254740991n],
    ['BIGINT', Number.MIN_SAFE_INTEGER, -9007199254740991n],
    ['BIGINT', 0, 0n],
    ['BIGINT(bigint)', 2n ** 63n - 1n, 2n ** 63n - 1n],
    ['BIGINT(bigint)', -(2n ** 63n), -(2n ** 63n)],
    ['BIGINT(bigint)', 9007199254740993n, 9007199254740993n],
    ['DOUBLE', 0.1, 0.1],
    ['DOUBLE', -5, -5],
    ['DOUBLE', 1.7976931348623157e308, 1.7976931348623157e308],
    ['DECIMAL(38,18)', -1n, '-0.000000000000000001'],
    ['DECIMAL(10,2)', 150n, '1.50'],
    ['DECIMAL(10,0)', 0n, '0'],
    ['VARCHAR', '', ''],
    ['VARCHAR', '千流 🚰 é "\n', '千流 🚰 é "\n'],
    ['BOOLEAN', true, true],
    ['BOOLEAN', false, false],
    ['TIMESTAMP(3)', Date.UTC(2025, 0, 15, 2, 3, 4, 5), 1736906584005n],
    ['TIMESTAMP(3)', -62135596800000, -62135596800000n],
    ['DATE', 20103, '2025-01-15'],
    ['DATE', -1, '1969-12-31'],
    ['VARCHAR', null, undefined],
    ['BIGINT', null, undefined],
  ];

  test.each(cases)(
    '%s %s is stored as %s, and read as it was, in a write-back too',
    async (type, value, stored) => {
      const schema = table('t', 1, { id: 'INT', v: type, w: 'INT' });
      const database = await ready([use(schema)]);
      const row = { id: 1, v: value, w: 7 };
      await database.commit(commitOf(1, changes(schema, { upserts: [row] })), never);
      expect(server.rows('t')).toEqual([{ id: 1n, w: 7n, ...(stored === undefined ? {} : { v: stored }) }]);
      expect(await database.lookup(schema, [{ id: 1 }], never)).toEqual([row]);
      expect(await database.rows(schema)).toEqual([row]);
      const writeBacks = [{ read: row, row: { ...row, w: 8 } }];
      expect(await database.commit(commitOf(2, changes(schema, { writeBacks })), never)).toEqual({
        overtaken: 0,
      });
      // What was read before is not there any more.
      expect(await database.commit(commitOf(3, changes(schema, { writeBacks })), never)).toEqual({
        overtaken: 1,
      });
    },
  );

  const misfits: readonly (readonly [SqlType, OtsValue, string])[] = [
    ['BIGINT', 5, 'it is DOUBLE 5, and BIGINT is declared, which is INTEGER in Tablestore'],
    [
      'BIGINT',
      2n ** 53n,
      "9007199254740992 is beyond the range of BIGINT: declare the column bigint({ mode: 'bigint' })",
    ],
    ['INT', 2n ** 31n, '2147483648 is beyond the range of INT'],
    ['DOUBLE', 5n, 'it is INTEGER 5'],
    ['DOUBLE', Number.NaN, 'it is DOUBLE NaN'],
    ['VARCHAR', 5n, 'it is INTEGER 5'],
    ['VARCHAR', new Uint8Array([1]), 'it is BINARY, and VARCHAR is declared'],
    ['BOOLEAN', 1n, 'it is INTEGER 1'],
    ['DECIMAL(4,2)', '1.234', "'1.234' has more than the 2 decimals of DECIMAL(4,2)"],
    ['DECIMAL(4,2)', '100', "'100' is no DECIMAL(4,2)"],
    ['DECIMAL(4,2)', 'x', "'x' is no DECIMAL(4,2)"],
    ['DECIMAL(4,2)', 1.5, 'it is DOUBLE 1.5'],
    ['DATE', '2025-02-30', "'2025-02-30' is no DATE"],
    ['TIMESTAMP(3)', '2025-01-15', "it is STRING '2025-01-15'"],
    ['TIMESTAMP(3)', 2n ** 62n, '4611686018427387904 is beyond the range of TIMESTAMP(3)'],
  ];
  test.each(misfits)(
    '%s that is stored as %s: table, key and column are named',
    async (type, value, reason) => {
      const schema = table('t', 2, { a: 'INT', b: 'VARCHAR', v: type });
      const database = await ready(
        [use(schema, { writes: false })].concat(use(plain, { table: table('x', 1, { k: 'INT' }) })),
      );
      server.create('t', key('a INTEGER', 'b STRING'));
      server.put('t', { a: 1n, b: 'x', v: value });
      const error = await errorOf(database.lookup(schema, [{ a: 1, b: 'x' }], never));
      expect(error.exitCode).toBe(1);
      expect(error.message).toContain(`/testing: table t, key a 1, b 'x', column v: ${reason}`);
    },
  );

  test('a form that a job does not write: read, but not of a table that is written back', async () => {
    const schema = table('t', 1, { id: 'INT', v: 'DECIMAL(10,2)' });
    server.create('t', key('id INTEGER'));
    server.put('t', { id: 1n, v: '1.5' });
    const reader = await open();
    await reader.prepare([use(schema, { writes: false })]);
    expect(await reader.lookup(schema, [{ id: 1 }], never)).toEqual([{ id: 1, v: 150n }]);
    const writer = await ready([use(schema)]);
    expect((await errorOf(writer.lookup(schema, [{ id: 1 }], never))).message).toContain(
      "column v: '1.5' is not in the form in which a job writes it back, '1.50', and could not be compared",
    );
  });
});

describe('look-up', () => {
  const fill = (n: number) => {
    server.create('t', key('id INTEGER'));
    for (let id = 0; id < n; id += 2) server.put('t', { id: BigInt(id), v: `v${id}` });
  };
  const keys = (n: number): Row[] => Array.from({ length: n }, (_, id) => ({ id }));
  const expected = (n: number) => keys(n).map(({ id }) => ((id as number) % 2 ? null : { id, v: `v${id}` }));

  test.each([0, 1, 100, 101, 950])('%i keys, by place, a hundred at a time', async (n) => {
    fill(n);
    const database = await open();
    expect(await database.lookup(plain, keys(n), never)).toEqual(expected(n));
    expect(server.seen.map(({ rows }) => rows).sort((a, b) => b - a)).toEqual(
      Array.from({ length: Math.ceil(n / 100) }, (_, i) => Math.min(100, n - 100 * i)),
    );
  });

  test('at most four requests at a time', async () => {
    fill(2000);
    let open_ = 0;
    let most = 0;
    server.inject(() => {
      most = Math.max(most, ++open_);
      return { wait: new Promise((resolve) => setImmediate(() => resolve(open_--))) };
    });
    await (await open()).lookup(plain, keys(2000), never);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  test('rows that could not be read are read again, alone', async () => {
    fill(100);
    const refused = [3, 4, 50];
    server.inject(({ n }) =>
      n === 1
        ? { rows: Object.fromEntries(refused.map((row) => [row, 'OTSPartitionUnavailable'])) }
        : undefined,
    );
    expect(await (await open()).lookup(plain, keys(100), never)).toEqual(expected(100));
    expect(server.seen.map(({ rows }) => rows)).toEqual([100, 3]);
  });

  test('a row that can never be read ends it', async () => {
    fill(10);
    server.inject(() => ({ rows: { 1: 'OTSServerBusy', 2: 'OTSNoPermissionAccess' } }));
    const error = await errorOf((await open()).lookup(plain, keys(10), never));
    expect(error).toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/cannot look up in table t: table t, key id 2: OTSNoPermissionAccess/),
    });
  });

  test('a row without columns is a row; columns that are not declared are not read', async () => {
    server.create('t', key('id INTEGER'));
    server.put('t', { id: 1n });
    server.put('t', { id: 2n, v: 'x', more: new Uint8Array([1]) });
    expect(await (await open()).lookup(plain, [{ id: 2 }, { id: 1 }], never)).toEqual([
      { id: 2, v: 'x' },
      { id: 1, v: null },
    ]);
  });

  test('no row has a key that is longer than keys can be', async () => {
    const text = table('texts', 1, { k: 'VARCHAR' });
    server.create('texts', key('k STRING'));
    server.put('texts', { k: 'é'.repeat(512) });
    const wanted = ['é'.repeat(512), 'é'.repeat(513), 'x'].map((k) => ({ k }));
    expect(await (await open()).lookup(text, wanted, never)).toEqual([wanted[0], null, null]);
  });

  test('ends after so many tries', async () => {
    fill(10);
    server.inject(() => ({ error: 'OTSServerBusy' }));
    const database = await open({ maxRetryTimes: 2 });
    expect((await errorOf(database.lookup(plain, keys(1), never))).message).toMatch(
      /tried 3 times: OTSServerBusy/,
    );
  });
});

describe('commit', () => {
  const passing = [
    'OTSNotEnoughCapacityUnit',
    'OTSRowOperationConflict',
    'OTSServerBusy',
    'OTSTimeout',
    'OTSTableNotReady',
    'OTSPartitionUnavailable',
    'OTSInternalServerError',
  ];
  test.each(passing)('%s is waited for, said once, and that it is over', async (code) => {
    const database = await ready([use(plain)], { maxRetryTimes: 0 });
    lines.length = 0;
    let times = 5;
    server.inject(() => (times-- > 0 ? { error: code } : undefined));
    await database.commit(commitOf(1, changes(plain, { upserts: [{ id: 1, v: 'a' }] })), never);
    expect(server.rows('t')).toEqual([{ id: 1n, v: 'a' }]);
    expect(lines).toEqual([
      `${at()}/testing: ${code}: injected; waiting until it works`,
      expect.stringMatching(/: works again after [\d.]+ s$/),
    ]);
  });

  test.each(['OTSAuthFailed', 'OTSParameterInvalid', 'OTSObjectNotExist', 'OTSQuotaExhausted'])(
    '%s ends it, with the request',
    async (code) => {
      const database = await ready([use(plain)]);
      server.inject(() => ({ error: code, status: 403 }));
      const error = await errorOf(database.commit(commitOf(1), never));
      expect(error).toMatchObject({
        exitCode: 1,
        message: expect.stringMatching(
          new RegExp(
            `cannot write epoch 1: table millrace_fence: ${code}: injected \\(request request-\\d+\\)`,
          ),
        ),
      });
    },
  );

  test('a row that can never be written is named', async () => {
    const database = await ready([use(plain)]);
    server.inject(({ table: name }) => (name === 't' ? { rows: { 1: 'OTSParameterInvalid' } } : undefined));
    const upserts = [1, 2, 3].map((id) => ({ id, v: 'x' }));
    const error = await errorOf(database.commit(commitOf(1, changes(plain, { upserts })), never));
    expect(error.message).toContain('cannot write epoch 1: table t, key id 2: OTSParameterInvalid: injected');
    expect(server.rows('millrace_fence')[0]).toMatchObject({ epoch: 0n });
  });

  test('too many requests about tables pass', async () => {
    let times = 1;
    server.inject(({ operation }) =>
      operation === 'CreateTable' && times-- > 0
        ? { error: 'OTSQuotaExhausted', message: 'Too frequent table operations.' }
        : undefined,
    );
    await ready([use(plain)]);
  });

  test('a server that is gone is waited for until the signal', async () => {
    const database = await ready([use(plain)]);
    const stop = new AbortController();
    server.inject(() => {
      stop.abort();
      return { error: 'OTSServerBusy' };
    });
    const error = await errorOf(database.commit(commitOf(1), stop.signal));
    expect(error).toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/stopped while waiting for ots:.*OTSServerBusy/),
    });
  });

  test.each([
    [undefined, 450, 5],
    [200, 450, 3],
    [1, 3, 3],
  ])('%s rows a batch: %i rows in %i requests', async (batchSize, n, requests) => {
    const database = await ready([use(plain)], batchSize === undefined ? {} : { batchSize });
    const before = server.seen.length;
    const upserts = Array.from({ length: n }, (_, id) => ({ id, v: 'x' }));
    await database.commit(commitOf(1, changes(plain, { upserts })), never);
    expect(server.seen.length - before - 2).toBe(requests);
    expect(server.rows('t').length).toBe(n);
    const deletes = upserts.slice(1);
    await database.commit(commitOf(2, changes(plain, { deletes })), never);
    expect(await database.rows(plain)).toEqual([{ id: 0, v: 'x' }]);
  });

  test('a request has less than 4 MB', async () => {
    const database = await ready([use(plain)]);
    const before = server.seen.length;
    const upserts = Array.from({ length: 9 }, (_, id) => ({ id, v: 'é'.repeat(500_000) }));
    await database.commit(commitOf(1, changes(plain, { upserts })), never);
    expect(server.seen.slice(before + 1, -1).map(({ rows }) => rows)).toEqual([3, 3, 3]);
  });

  test('an upsert takes what it makes NULL, and keeps what is not declared', async () => {
    const schema = table('t', 1, { id: 'INT', v: 'INT', w: 'INT' });
    const database = await ready([use(schema)]);
    server.put('t', { id: 1n, v: 1n, w: 1n, more: 'x' });
    await database.commit(commitOf(1, changes(schema, { upserts: [{ id: 1, v: 2, w: null }] })), never);
    expect(server.rows('t')).toEqual([{ id: 1n, v: 2n, more: 'x' }]);
  });

  test('columns of any name', async () => {
    const names = ['timestamp', 'constructor', '__proto__', 'PUT', 'length', 'toString', '_1'];
    const columns = Object.fromEntries(names.map((name) => [name, 'INT'])) as Record<string, SqlType>;
    Object.defineProperty(columns, '__proto__', { value: 'INT', enumerable: true });
    const schema = table('t', 1, { id: 'INT', ...columns });
    const database = await ready([use(schema)]);
    const row = Object.fromEntries([['id', 1], ...names.map((name, i) => [name, i ? i : null])]) as Row;
    await database.commit(commitOf(1, changes(schema, { upserts: [row] })), never);
    const writeBacks = [{ read: row, row: { ...row, timestamp: 7, length: null } }];
    expect(await database.commit(commitOf(2, changes(schema, { writeBacks })), never)).toEqual({
      overtaken: 0,
    });
    expect(await database.lookup(schema, [{ id: 1 }], never)).toEqual([writeBacks[0]?.row]);
  });

  test.each(['upserts', 'writeBacks'] as const)('%s: a row of NULLs is a row', async (how) => {
    const database = await ready([use(plain)]);
    const row = { id: 1, v: null };
    const some = how === 'upserts' ? { upserts: [row] } : { writeBacks: [{ read: null, row }] };
    await database.commit(commitOf(1, changes(plain, some)), never);
    expect(await database.lookup(plain, [{ id: 1 }], never)).toEqual([row]);
  });

  test('a key that is too long ends it, and says which', async () => {
    const text = table('texts', 1, { k: 'VARCHAR' });
    const database = await ready([use(text)]);
    const error = await errorOf(
      database.commit(commitOf(1, changes(text, { upserts: [{ k: 'k'.repeat(1025) }] })), never),
    );
    expect(error.message).toMatch(/table texts: a text of the key is longer than the 1024 bytes .*: 'kkk/);
  });

  test('ten columns are compared', async () => {
    const columns = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`c${i}`, 'INT'])) as Record<
      string,
      SqlType
    >;
    const schema = table('t', 1, { id: 'INT', ...columns });
    const database = await ready([use(schema)]);
    const read: Record<string, Value> = { id: 1 };
    for (let i = 0; i < 10; i++) read[`c${i}`] = i % 2 ? i : null;
    await database.commit(commitOf(1, changes(schema, { upserts: [read] })), never);
    for (let i = 0; i < 10; i++) {
      const other = { ...read, [`c${i}`]: i % 2 ? null : 5 };
      const commit = commitOf(2 + i, changes(schema, { writeBacks: [{ read: other, row: read }] }));
      expect(await database.commit(commit, never)).toEqual({ overtaken: 1 });
    }
    const commit = commitOf(12, changes(schema, { writeBacks: [{ read, row: { ...read, c0: 1 } }] }));
    expect(await database.commit(commit, never)).toEqual({ overtaken: 0 });
  });
});

test('rows are in primary key order, as many as are asked for', async () => {
  const schema = table('t', 2, { s: 'VARCHAR', n: 'BIGINT' });
  const database = await ready([use(schema)]);
  const rows = ['', 'a', 'B', 'é', '\uffee', '🚰'].flatMap((s) => [-5, 3, 20].map((n) => ({ s, n })));
  await database.commit(commitOf(1, changes(schema, { upserts: rows.toReversed() })), never);
  const sorted = ['', 'B', 'a', 'é', '\uffee', '🚰'].flatMap((s) => [-5, 3, 20].map((n) => ({ s, n })));
  expect(await database.rows(schema)).toEqual(sorted);
  expect(await database.rows(schema, 4)).toEqual(sorted.slice(0, 4));
});
