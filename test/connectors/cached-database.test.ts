import { describe, expect, test } from '@jest/globals';
import premiumDropAlert from '../../jobs/premium-drop-alert.ts';
import { cachedDatabase } from '../../src/connectors/cached-database.ts';
import type { Commit, Database } from '../../src/connectors/database.ts';
import type { LookupCacheOptions } from '../../src/connectors/lookup-cache-options.ts';
import { memoryDatabase } from '../../src/connectors/memory/memory-database.ts';
import { tablesOf } from '../../src/plan/derive/tables.ts';
import type { TableSchema } from '../../src/plan/schema.ts';
import { iterableSource } from '../../src/runtime/sources/iterable-source.ts';
import { start } from '../../src/runtime/start.ts';
import type { Row } from '../../src/values/sql-type.ts';

const { plan } = premiumDropAlert;
const tables = new Map(tablesOf(plan).map(({ table }) => [table.name, table]));
const dimension = tables.get('raw_info') as TableSchema;
const alerts = tables.get('wechat_activity_user') as TableSchema;

const onFile = (id: number, premium: string): Row => ({
  id,
  raw_premium: premium,
  raw_info: `was ${premium}`,
});
const none = new AbortController().signal;
const empty: Commit = { epoch: 0, previous: 0, completeTo: 0, changes: [] };

/** A database in memory that notes how many keys it is asked for, and how often it is read whole. */
function counting(database: Database) {
  const counts = { keys: 0, whole: 0 };
  const counted: Database = {
    ...database,
    lookup(table, keys, signal) {
      counts.keys += keys.length;
      return database.lookup(table, keys, signal);
    },
    rows(table, limit) {
      counts.whole++;
      return database.rows(table, limit);
    },
  };
  return { counted, counts };
}

const KINDS: readonly LookupCacheOptions[] = [
  { cache: 'LRU' },
  { cache: 'LRU', cacheSize: 3 },
  { cache: 'ALL' },
];

describe.each(KINDS)('a table that is looked up through a cache %p', (options) => {
  test('gives the job that also writes it what it wrote: tables are those without a cache', async () => {
    const events = Array.from({ length: 300 }, (_, i) => ({
      id: i % 8,
      now_premium: String(100 - ((i * 37) % 60)),
      now_info: `event ${i}`,
    }));
    const run = async (database: Database) => {
      await start(plan, {
        sources: { update_info: (spec) => iterableSource(events, spec) },
        databases: Object.fromEntries([...tables.keys()].map((name) => [name, database])),
        epochRows: 5,
        epochMs: 0,
      }).done;
      return [await database.rows(dimension), await database.rows(alerts)];
    };
    const rows = { raw_info: [1, 2, 3, 4, 5, 6].map((id) => onFile(id, '90')) };
    const plain = counting(memoryDatabase(rows));
    const { counted, counts } = counting(memoryDatabase(rows));
    const wanted = await run(plain.counted);
    expect(await run(cachedDatabase(counted, { raw_info: options }))).toEqual(wanted);
    expect(wanted[1]?.length).toBeGreaterThan(0);
    expect(counts.keys).toBeLessThanOrEqual(plain.counts.keys);
    if (options.cache === 'ALL') expect(counts.whole).toBeLessThanOrEqual(4);
  });

  test('asks again for what another writer may have changed once its time is over', async () => {
    const shared = memoryDatabase({ raw_info: [onFile(1, '10')] });
    const { counted, counts } = counting(shared);
    const cached = cachedDatabase(counted, { raw_info: { ...options, cacheTTLMs: 60 } });
    const find = async (...ids: readonly number[]) =>
      cached.lookup(
        dimension,
        ids.map((id) => ({ id })),
        none,
      );
    expect(await find(2, 1)).toEqual([null, onFile(1, '10')]);
    const other = shared.connect();
    await other.claim({ job: 'other', owner: 'o', epoch: 0, mode: 'continue', clear: [] });
    const changes = [
      { table: dimension, upserts: [onFile(1, '20'), onFile(2, '30')], deletes: [], writeBacks: [] },
    ];
    await other.commit({ ...empty, epoch: 1, changes }, none);
    expect(await find(1, 2)).toEqual([onFile(1, '10'), null]);
    const { keys, whole } = counts;
    expect(keys + whole).toBe(options.cache === 'ALL' ? 1 : 2);
    await new Promise((resolve) => setTimeout(resolve, 90));
    expect(await find(1, 2)).toEqual([onFile(1, '20'), onFile(2, '30')]);
  });

  test('an overtaken write-back, a claim, a cleared table: nothing is kept', async () => {
    const shared = memoryDatabase({ raw_info: [onFile(1, '10')] });
    const cached = cachedDatabase(shared, { raw_info: options });
    const claim = { job: 'j', owner: 'o', epoch: 0, mode: 'continue', clear: [] } as const;
    await cached.claim(claim);
    const find = async () => (await cached.lookup(dimension, [{ id: 1 }], none))[0];
    expect(await find()).toEqual(onFile(1, '10'));
    const other = shared.connect();
    await other.claim({ ...claim, job: 'other' });
    const write = (row: Row) => ({ table: dimension, upserts: [row], deletes: [], writeBacks: [] });
    await other.commit({ ...empty, epoch: 1, changes: [write(onFile(1, '20'))] }, none);
    const writeBacks = [{ read: onFile(1, '10'), row: onFile(1, '5') }];
    const changes = [{ table: dimension, upserts: [], deletes: [], writeBacks }];
    expect(await cached.commit({ ...empty, epoch: 1, changes }, none)).toMatchObject({ overtaken: 1 });
    expect(await find()).toEqual(onFile(1, '20'));
    await other.commit({ ...empty, previous: 1, epoch: 2, changes: [write(onFile(1, '30'))] }, none);
    expect(await find()).toEqual(onFile(1, '20'));
    await cached.claim({ ...claim, epoch: 1 });
    expect(await find()).toEqual(onFile(1, '30'));
    await cached.commit({ ...empty, previous: 1, epoch: 2, clear: [dimension] }, none);
    expect(await find()).toBeNull();
  });
});

test('other tables of the database are asked for each time', async () => {
  const { counted, counts } = counting(memoryDatabase({ raw_info: [onFile(1, '10')] }));
  const cached = cachedDatabase(counted, { wechat_activity_user: { cache: 'LRU' } });
  for (let i = 0; i < 2; i++) await cached.lookup(dimension, [{ id: 1 }], none);
  expect(counts.keys).toBe(2);
});
