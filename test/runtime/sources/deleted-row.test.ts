import { expect, test } from '@jest/globals';
import { bigint, catalog, deleted, job, source, sum, table, testJob, varchar } from '../../../src/index.ts';

const policy = source(
  { id: bigint().notNull(), region: varchar().notNull(), premium: bigint() },
  { primaryKey: 'id' },
);
const event = source({ id: bigint().notNull() });
const by_region = table({ region: varchar(), total: bigint() }, { primaryKey: 'region' });
const ids = table({ id: bigint().notNull() }, { primaryKey: 'id' });
const { stream } = catalog({ policy, event, by_region, ids }, { timeZone: 'UTC' });
const totals = job(
  'totals',
  stream('policy')
    .groupBy('region')
    .agg({ total: sum('premium') })
    .into('by_region'),
);

test('a row that is gone takes back what it had led to; its other columns are not asked for', async () => {
  const { epochs, quarantined } = await testJob(totals, [
    { id: 1, region: 'n', premium: 5 },
    { id: 2, region: 'n', premium: 7 },
    deleted({ id: 1, region: 7 }),
    deleted({ id: 3 }),
    deleted({ id: 2 }),
  ]);
  expect(epochs.map(({ by_region: rows }) => rows?.map(({ total }) => total))).toEqual([
    [5],
    [12],
    [7],
    [7],
    [],
  ]);
  expect(quarantined).toEqual([]);
});

test.each<[string, object, string]>([
  ['without the key', {}, 'BIGINT NOT NULL is NULL'],
  ['with a key of another type', { id: '1' }, 'wanted BIGINT'],
])('one %s goes to quarantine', async (_, key, reason) => {
  const { quarantined } = await testJob(totals, [{ id: 1, region: 'n' }, deleted(key)]);
  expect(quarantined).toMatchObject([{ offset: 1, column: 'id', reason: expect.stringContaining(reason) }]);
});

test('of a source without a key nothing can be gone', async () => {
  const last = job('last', stream('event').keyBy('id').lastValue().into('ids'));
  const { quarantined } = await testJob(last, [{ id: 1 }, deleted({ id: 1 })]);
  expect(quarantined).toMatchObject([{ offset: 1, reason: expect.stringContaining('primary key') }]);
});
