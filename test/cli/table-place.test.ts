import { expect, test } from '@jest/globals';
import type { TableConnector } from '../../src/cli/config/table-connectors.ts';
import { placeOf } from '../../src/cli/table-place.ts';

const idOf = (connector: TableConnector) => placeOf(connector, 'production.tables.t', 'daily').id;
const KAFKA = { connector: 'kafka', brokers: ['a:1', 'b:1'] } as const;
const OTS = { connector: 'ots', endPoint: 'https://x', instanceName: 'i', accessId: 'id' } as const;
process.env.MILLRACE_TEST_KEY = 'key';
const sql = (url: string) => ({ connector: 'sql', url }) as const;
const ots = { ...OTS, accessKey: { env: 'MILLRACE_TEST_KEY' } };

// Two places have two connections, which would take one fence from one another.
test.each<[string, TableConnector, TableConnector]>([
  ['brokers in another order', KAFKA, { ...KAFKA, brokers: 'b:1,a:1' }],
  ['the default of fenceTopic', KAFKA, { ...KAFKA, fenceTopic: 'millrace-fence' }],
  ['the default of transactionalIdPrefix', KAFKA, { ...KAFKA, transactionalIdPrefix: 'millrace' }],
  ['the default of fenceTable', ots, { ...ots, fenceTable: 'millrace_fence' }],
  ['an end point with a slash', ots, { ...ots, endPoint: 'https://x/' }],
  ['the default of a port', sql('mysql://me@db/x'), sql('mysql://me@db:3306/x')],
  ['this machine', sql('postgres://localhost/x'), sql('postgresql://127.0.0.1/x')],
  ['another user', sql('mysql://me@db/x'), sql('mysql://you@db/x?sslmode=require')],
  ['a path', sql('sqlite:x.db'), sql('sqlite:./x.db')],
])('one place, written in two ways: %s', (_, one, other) => {
  expect(idOf(one)).toBe(idOf(other));
});

test.each<[string, TableConnector, TableConnector]>([
  ['another cluster', KAFKA, { ...KAFKA, brokers: 'c:1' }],
  ['another fence topic', KAFKA, { ...KAFKA, fenceTopic: 'fence' }],
  ['another database', sql('mysql://me@db/x'), sql('mysql://me@db/y')],
  ['another port', sql('mysql://me@db/x'), sql('mysql://me@db:3307/x')],
  ['another file', sql('sqlite:x.db'), sql('sqlite:y.db')],
  ['no addresses', sql('mysq://me@db/x'), sql('nonsense')],
  ['another fence table', ots, { ...ots, fenceTable: 'fence' }],
])('two places: %s', (_, one, other) => {
  expect(idOf(one)).not.toBe(idOf(other));
});

test('a database that two tables name in two ways is refused, and no password told', async () => {
  const one = placeOf(sql('mysql://me@localhost/x'), 'production.tables.a', 'daily');
  const other = placeOf(sql('mysql://me@127.0.0.1/x'), 'production.tables.b', 'daily');
  const tables = new Map([one, other].map(({ settings }, i) => [`t${i}`, settings]));
  await expect(one.open(tables, () => {})).rejects.toMatchObject({
    exitCode: 2,
    message: "tables t0 and t1 are in one place, and 'url' must be the same for both",
  });
});
