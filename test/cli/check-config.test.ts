import { afterEach, describe, expect, test } from '@jest/globals';
import { environmentFaults } from '../../src/cli/config/check-config.ts';

const sql = { connector: 'sql', url: 'sqlite:x.db' };
const faults = (sources: unknown, tables: unknown = { '*': sql }) =>
  environmentFaults('production', { sources, tables });

const ALIBABA = { endPoint: 'https://x', accessId: 'id', accessKey: { env: 'KEY' } };
const DATAHUB = { connector: 'datahub', ...ALIBABA, project: 'p' };
const OTS = { connector: 'ots', ...ALIBABA, instanceName: 'i' };

describe('environmentFaults', () => {
  afterEach(() => {
    delete process.env.MILLRACE_TEST_PASSWORD;
  });

  test('nothing is wrong', () => {
    expect(
      faults(
        {
          a: { connector: 'generator', rows: 10, seed: -1 },
          b: { connector: 'file', path: ['x.csv', { env: 'X' }], follow: true },
        },
        { t: { connector: 'sql', url: { env: 'DB' }, cache: 'LRU', cacheSize: 10, cacheTTLMs: 5 } },
      ),
    ).toEqual([]);
    expect(environmentFaults('test', {})).toEqual([]);
  });

  test.each([
    [
      { a: { connector: 'fil', path: 'x' } },
      "production.sources.a.connector: unknown connector 'fil'; the nearest is 'file'",
    ],
    [
      { a: { conector: 'file' } },
      "production.sources.a.connector is missing (there is 'conector'): one of generator, file, kafka",
    ],
    [{ a: { connector: 'file' } }, 'production.sources.a.path is missing'],
    [
      { a: { connector: 'file', path: 'x', folow: true } },
      "production.sources.a.folow: unknown setting 'folow' of file; the nearest is 'follow'",
    ],
    [{ a: { connector: 'file', path: [] } }, 'production.sources.a.path must be a path'],
    [{ a: { connector: 'file', path: undefined } }, 'production.sources.a.path must be a path'],
    [
      { a: { connector: 'file', path: 'x', follow: 'yes' } },
      'production.sources.a.follow must be true or false',
    ],
    [{ a: { connector: 'generator', rows: 0 } }, 'production.sources.a.rows must be a whole number above 0'],
    [{ a: { connector: 'generator', seed: 'x' } }, 'production.sources.a.seed must be a whole number'],
    [{ a: 'file' }, "production.sources.a must be an object like { connector: 'generator', … }"],
    [{ a: { connector: 'toString' } }, "production.sources.a.connector: unknown connector 'toString'"],
    [{ a: { connector: 'kafka' } }, 'production.sources.a.brokers is missing'],
    [
      { a: { connector: 'kafka', brokers: 'b:1', grupId: 'x' } },
      "production.sources.a.grupId: unknown setting 'grupId' of kafka; the nearest is 'groupId'",
    ],
    [
      { a: { connector: 'kafka', brokers: 'b:1', format: 'jsn' } },
      "production.sources.a.format must be one of json, csv, debezium, canal, maxwell, ogg, upsert, not 'jsn'; the nearest is 'json'",
    ],
    [
      { a: { connector: 'kafka', brokers: 'b:1', until: 'lates' } },
      "production.sources.a.until must be 'latest', not 'lates'",
    ],
    [{ a: { connector: 'kafka', brokers: 'b:1', until: 5 } }, "production.sources.a.until must be 'latest'"],
    [
      {
        a: {
          connector: 'kafka',
          brokers: 'b:1',
          sasl: { mechanism: 'plain', username: 'u', password: 'open' },
        },
      },
      'production.sources.a.sasl.password must be env',
    ],
    [
      {
        a: {
          connector: 'kafka',
          brokers: 'b:1',
          sasl: { mechanism: 'plain', user: 'u', username: 'u', password: { env: 'P' } },
        },
      },
      "production.sources.a.sasl.user: unknown setting 'user' of sasl; the nearest is 'username'",
    ],
    [
      { a: { connector: 'kafka', brokers: 'b:1', sasl: 'plain' } },
      'production.sources.a.sasl must be an object',
    ],
    [
      { a: { ...DATAHUB, maxFetchSice: 1 } },
      "production.sources.a.maxFetchSice: unknown setting 'maxFetchSice' of datahub; the nearest is 'maxFetchSize'",
    ],
    [{ a: { ...DATAHUB, accessKey: 'open' } }, 'production.sources.a.accessKey must be env'],
    [
      { a: { ...DATAHUB, metadata: { shard: 'shard' } } },
      "production.sources.a.metadata.shard must be one of shard-id, sequence, system-time, not 'shard'; the nearest is 'shard-id'",
    ],
    [{ a: { ...DATAHUB, metadata: 'sequence' } }, 'production.sources.a.metadata must be an object'],
    [{ a: { ...DATAHUB, lengthCheck: 'skip' } }, 'production.sources.a.lengthCheck must be one of NONE'],
    [{ a: { connector: 'own' } }, 'production.sources.a.open is missing'],
    [[], 'production.sources must be an object'],
  ])('sources %p', (sources, message) => {
    expect(faults(sources)).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    [{ hs_order: { connector: 'sql' } }, 'production.tables.hs_order.url is missing'],
    [{ hs_order: { connector: 'sql', url: undefined } }, 'production.tables.hs_order.url must be a URL'],
    [
      { hs_order: { connector: 'sql', ulr: 'sqlite:x' } },
      "production.tables.hs_order.ulr: unknown setting 'ulr' of sql; the nearest is 'url'",
    ],
    [
      { hs_order: { connector: 'file', url: 'x' } },
      "production.tables.hs_order.connector: unknown connector 'file'; the nearest is 'sql'",
    ],
    [
      { raw_info: { ...OTS, instancename: 'i' } },
      "production.tables.raw_info.instancename: unknown setting 'instancename' of ots; the nearest is 'instanceName'",
    ],
    [
      { raw_info: { ...OTS, cache: 'lru' } },
      'production.tables.raw_info.cache must be one of none, LRU, ALL',
    ],
    [
      { hs_order: { connector: 'kafka', brokers: 'b:1', mode: 'insert' } },
      'production.tables.hs_order.mode must be one of upsert, append',
    ],
  ])('tables %p', (tables, message) => {
    expect(faults({}, tables)[0]).toContain(message);
  });

  test('unknown parts of an environment', () => {
    expect(environmentFaults('production', { tabels: {} })).toEqual([
      "production.tabels: unknown setting 'tabels'; the nearest is 'tables'",
    ]);
    expect(environmentFaults('production', null)).toHaveLength(1);
  });

  test('a password in the file is refused, and not repeated', () => {
    const [fault] = faults({}, { t: { connector: 'sql', url: 'mysql://app:s3cret@db:3306/x' } });
    expect(fault).toContain('production.tables.t.url holds a password');
    expect(fault).not.toContain('s3cret');
  });

  test('a password from the environment is none in the file', () => {
    process.env.MILLRACE_TEST_PASSWORD = 's3c/ret';
    const url = `mysql://app:${encodeURIComponent(process.env.MILLRACE_TEST_PASSWORD)}@db:3306/x`;
    expect(faults({}, { t: { connector: 'sql', url } })).toEqual([]);
    expect(faults({}, { t: { connector: 'sql', url: 'mysql://app@db/x' } })).toEqual([]);
  });
});
