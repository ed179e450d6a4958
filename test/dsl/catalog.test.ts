import { describe, expect, test } from '@jest/globals';
import { schemas } from '../../jobs/catalog.ts';
import hourly from '../../jobs/hourly-premium.ts';
import alert from '../../jobs/premium-drop-alert.ts';
import lastPage from '../../jobs/user-last-page.ts';
import {
  bigint,
  boolean,
  catalog,
  date,
  decimal,
  double,
  int,
  isJob,
  job,
  source,
  table,
  timestamp,
  varchar,
} from '../../src/dsl/index.ts';
import { validate } from '../../src/plan/validate.ts';

// biome-ignore lint/suspicious/noExplicitAny: the types would refuse each of these calls
type Untyped = any;
const untyped: Untyped = { catalog, source, table, timestamp, bigint };
const zone = { timeZone: 'UTC' };

describe('schemas', () => {
  test('a column of every type', () => {
    const all = source(
      {
        a: int(),
        b: bigint(),
        c: bigint({ mode: 'bigint' }),
        d: double(),
        e: decimal(10, 2),
        f: varchar(),
        g: varchar(20),
        h: boolean(),
        i: date(),
        j: timestamp(),
        k: timestamp({ from: 'seconds' }).notNull(),
      },
      { connector: 'datahub', topic: 'all' },
    );
    const { schemas } = catalog({ all }, zone);
    const column = (name: string, type: string, more = {}) => ({
      name,
      type,
      nullable: true,
      length: null,
      from: 'text',
      ...more,
    });
    expect(schemas).toEqual({
      sources: [
        {
          kind: 'source',
          name: 'all',
          columns: [
            column('a', 'INT'),
            column('b', 'BIGINT'),
            column('c', 'BIGINT(bigint)'),
            column('d', 'DOUBLE'),
            column('e', 'DECIMAL(10,2)'),
            column('f', 'VARCHAR'),
            column('g', 'VARCHAR', { length: 20 }),
            column('h', 'BOOLEAN'),
            column('i', 'DATE'),
            column('j', 'TIMESTAMP(3)'),
            column('k', 'TIMESTAMP(3)', { from: 'seconds', nullable: false }),
          ],
          options: { connector: 'datahub', topic: 'all' },
        },
      ],
      tables: [],
    });
  });
  test('the primary key is not NULL, the table has a name of its own', () => {
    const one = table(
      { a: varchar(), b: bigint(), n: int() },
      { primaryKey: ['b', 'a'], connector: 'rds', tableName: 'adm_one' },
    );
    const [schema] = catalog({ one }, zone).schemas.tables;
    expect(schema).toMatchObject({
      kind: 'table',
      name: 'one',
      tableName: 'adm_one',
      primaryKey: ['b', 'a'],
      options: { connector: 'rds' },
    });
    expect(schema?.columns.map(({ nullable }) => nullable)).toEqual([false, false, true]);
    expect(
      catalog({ two: table({ a: varchar() }, { primaryKey: 'a' }) }, zone).schemas.tables[0]?.tableName,
    ).toBe('two');
  });
});

describe('what cannot be is refused', () => {
  const id = { id: bigint() };
  const one = (columns: object, options: object) => () =>
    untyped.catalog({ one: untyped.table(columns, options) }, zone);
  test.each<[string, () => unknown, string]>([
    ['zone', () => catalog({ a: source(id) }, { timeZone: 'Asia/Shangai' }), 'Asia/Shangai'],
    [
      'no zone',
      () => untyped.catalog({ a: source(id) }, {}),
      "timeZone is the name of a zone, such as 'Asia/Shanghai', not undefined",
    ],
    [
      'option',
      () => untyped.catalog({ a: source(id) }, { timezone: 'UTC' }),
      "there is no option 'timezone': did you mean 'timeZone'?",
    ],
    [
      'no declaration',
      () => untyped.catalog({ a: id }, zone),
      'a: a catalog holds what source(…) and table(…) give, not',
    ],
    [
      'name',
      () => catalog({ '7': source(id) }, zone),
      "'7' cannot be the name of a source or table: it is a number",
    ],
    [
      'column name',
      () => catalog({ a: source({ '7': bigint() }) }, zone),
      "a: '7' cannot be the name of a column: it is a number",
    ],
    [
      'column type',
      () => untyped.catalog({ a: source({ id: 'BIGINT' } as never) }, zone),
      "a: column 'id' is declared by a type such as bigint(), not 'BIGINT'",
    ],
    ['no columns', () => catalog({ a: source({}) }, zone), 'a has no columns'],
    [
      'unknown key of a source',
      () => untyped.catalog({ a: untyped.source(id, { primaryKey: 'idd' }) }, zone),
      "a: the primary key names a column 'idd', which is not there: did you mean 'id'?",
    ],
    [
      'empty key of a source',
      () => untyped.catalog({ a: untyped.source(id, { primaryKey: [] }) }, zone),
      'a: a primary key has at least one column',
    ],
    ['no primary key', one(id, {}), "one: a table wants a primary key, { primaryKey: '…' }"],
    ['empty primary key', one(id, { primaryKey: [] }), 'one: a primary key has at least one column'],
    [
      'unknown primary key',
      one(id, { primaryKey: 'idd' }),
      "one: the primary key names a column 'idd', which is not there: did you mean 'id'?",
    ],
    [
      'primary key twice',
      one(id, { primaryKey: ['id', 'id'] }),
      "one: the primary key names column 'id' twice",
    ],
    [
      'table name',
      one(id, { primaryKey: 'id', tableName: '' }),
      "one: tableName is the table's name in the database, not ''",
    ],
    [
      'the fence',
      one(id, { primaryKey: 'id', tableName: 'Millrace_Fence' }),
      "one: tableName 'millrace_fence' is Millrace's own",
    ],
    [
      'case',
      one({ id: bigint(), ID: int() }, { primaryKey: 'id' }),
      "one: columns 'id' and 'ID' differ by case alone",
    ],
    [
      'one table twice',
      () =>
        catalog(
          {
            a: table(id, { primaryKey: 'id', tableName: 't' }),
            b: table(id, { primaryKey: 'id', tableName: 'T' }),
          },
          zone,
        ),
      "a and b are both 'T' in the database",
    ],
    [
      'decimal',
      () => decimal(39, 2),
      'decimal(39, 2): the precision is 1 to 38, the scale 0 to the precision',
    ],
    ['scale', () => decimal(2, 3), 'decimal(2, 3): the precision'],
    ['length', () => varchar(0), 'varchar(0): the length is a number of characters, at least 1'],
    ['bigint', () => untyped.bigint({ mode: 'number' }), "bigint(): the only option is { mode: 'bigint' }"],
    [
      'time',
      () => untyped.timestamp({ from: 'micros' }),
      "timestamp(): from is 'text', 'millis' or 'seconds', not \"micros\"",
    ],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(message);
    expect(run).toThrow(/^test\/dsl\/catalog\.test\.ts:\d+: /);
  });
  test('two connectors may each have a table of one name', () => {
    const a = table(id, { primaryKey: 'id', tableName: 't', connector: 'rds' });
    const b = table(id, { primaryKey: 'id', tableName: 't', connector: 'ots' });
    expect(catalog({ a, b }, zone).schemas.tables).toHaveLength(2);
  });
  test('outputs of two catalogs', () => {
    const one = { a: source(id), b: table(id, { primaryKey: 'id' }) };
    const output = () =>
      catalog(one, zone)
        .stream('a')
        .filter((r) => r.id.isNotNull())
        .keyBy('id')
        .lastValue()
        .into('b');
    expect(() => job('two', output(), output())).toThrow('job two: its outputs are of different catalogs');
  });
});

describe('the jobs', () => {
  test.each([
    [hourly, 'hourly-premium', ['hs_order']],
    [alert, 'premium-drop-alert', ['wechat_activity_user', 'raw_info']],
    [lastPage, 'user-last-page', ['user_last_log']],
  ])('%#', (made, name, tables) => {
    expect(isJob(made)).toBe(true);
    expect(made.name).toBe(name);
    expect(made.plan).toMatchObject({ name, timeZone: 'Asia/Shanghai', at: { file: `jobs/${name}.ts` } });
    expect(made.plan.outputs.map(({ table }) => table.name)).toEqual(tables);
    expect(validate(made.plan)).toEqual([]);
    expect(made.catalog).toEqual(schemas);
  });
  test('a copy of a job is none', () => {
    expect(isJob({ ...hourly })).toBe(false);
    expect(isJob(undefined)).toBe(false);
  });
  test('physical names and topics', () => {
    expect(
      schemas.tables.map(({ name, tableName, primaryKey, options }) => [
        name,
        tableName,
        primaryKey[0],
        options.connector,
      ]),
    ).toEqual([
      ['hs_order', 'adm_pfm_zy_order_gmv_msx_hs', 'biz_date', 'rds'],
      ['raw_info', 'adm_zy_acct_sub_wechat_list', 'id', 'ots'],
      ['wechat_activity_user', 'wechat_activity_user', 'id', 'rds'],
      ['user_last_log', 'adm_zy_moblie_charge_exchg_rs', 'account_id', 'rds'],
    ]);
    expect(schemas.sources.map(({ name, options }) => [name, options.connector, options.topic])).toEqual([
      ['user_order', 'datahub', 'user_order'],
      ['update_info', 'datahub', 'dh_prd_dm_account_wechat_trace'],
      ['user_log', 'datahub', 'edw_zy_evt_bury_point_log'],
    ]);
  });
  test('the sources column by column', () => {
    const columns = (name: string): string[] =>
      schemas.sources.find((one) => one.name === name)?.columns.map((one) => `${one.name} ${one.type}`) ?? [];
    expect(columns('user_order')).toEqual([
      'id BIGINT',
      'order_no VARCHAR',
      'order_type BIGINT',
      'pay_time BIGINT',
      'order_price DOUBLE',
      'customer_name VARCHAR',
      'customer_tel VARCHAR',
      'certificate_no VARCHAR',
      'gmt_created BIGINT',
      'gmt_modified BIGINT',
      'account_payble DOUBLE',
    ]);
    expect(columns('update_info')).toEqual([
      'id BIGINT',
      'channel VARCHAR',
      'open_id VARCHAR',
      'event VARCHAR',
      'now_premium VARCHAR',
      'creator VARCHAR',
      'modifier VARCHAR',
      'gmt_modified BIGINT',
      'now_info VARCHAR',
    ]);
    expect(columns('user_log')).toEqual([
      'log_time BIGINT',
      'device_id VARCHAR',
      'account_id VARCHAR',
      'bury_point_type VARCHAR',
      'page_name VARCHAR',
    ]);
    expect(schemas.sources.every((one) => one.columns.every(({ nullable }) => nullable))).toBe(true);
  });
});
