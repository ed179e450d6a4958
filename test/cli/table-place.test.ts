import { expect, test } from '@jest/globals';
import type { TableConnector } from '../../src/cli/config/table-connectors.ts';
import { placeOf } from '../../src/cli/table-place.ts';

const idOf = (connector: TableConnector) => placeOf(connector, 'production.tables.t', 'daily').id;
const KAFKA = { connector: 'kafka', brokers: ['a:1', 'b:1'] } as const;
const OTS = { connector: 'ots', endPoint: 'https://x', instanceName: 'i', accessId: 'id' } as const;
process.env.MILLRACE_TEST_KEY = 'key';
const ots = { ...OTS, accessKey: { env: 'MILLRACE_TEST_KEY' } };

// Two places have two connections, which would take one fence from one another.
test.each<[string, TableConnector, TableConnector]>([
  ['brokers in another order', KAFKA, { ...KAFKA, brokers: 'b:1,a:1' }],
  ['the default of fenceTopic', KAFKA, { ...KAFKA, fenceTopic: 'millrace-fence' }],
  ['the default of transactionalIdPrefix', KAFKA, { ...KAFKA, transactionalIdPrefix: 'millrace' }],
  ['the default of fenceTable', ots, { ...ots, fenceTable: 'millrace_fence' }],
  ['an end point with a slash', ots, { ...ots, endPoint: 'https://x/' }],
])('one place, written in two ways: %s', (_, one, other) => {
  expect(idOf(one)).toBe(idOf(other));
});

test.each<[string, TableConnector, TableConnector]>([
  ['another cluster', KAFKA, { ...KAFKA, brokers: 'c:1' }],
  ['another fence topic', KAFKA, { ...KAFKA, fenceTopic: 'fence' }],
  ['another fence table', ots, { ...ots, fenceTable: 'fence' }],
])('two places: %s', (_, one, other) => {
  expect(idOf(one)).not.toBe(idOf(other));
});
