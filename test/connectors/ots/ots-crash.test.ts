// A run that ends at any request of a commit, and the same commit again by the run after it.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Commit, Database } from '../../../src/connectors/database.ts';
import { openOtsDatabase } from '../../../src/connectors/ots/ots-database.ts';
import type { OtsValue } from '../../../src/connectors/ots/ots-port.ts';
import { changes, claimOf, commitOf, errorOf, never, table, use } from '../sql/fixture.ts';
import { type OtsServer, startOtsServer } from './ots-server.ts';

const sink = table('sink', 1, { k: 'BIGINT', v: 'VARCHAR' });
const dimension = table('dimension', 1, { k: 'BIGINT', v: 'VARCHAR' });
const uses = [use(sink, { looksUp: false }), use(dimension)];

const UPSERTS = 60;
const DELETES = 20;
const BACKS = 50;
/** Write-backs in whose way another writer is: he changed the row, deleted it, or inserted it. */
const changed = (k: number) => k % 10 === 3;
const deleted = (k: number) => k % 10 === 4;
const inserted = (k: number) => k % 10 === 5;
const absent = (k: number) => k % 10 >= 5 && k % 10 < 8;
const range = (n: number) => Array.from({ length: n }, (_, k) => k);

const first: Commit = commitOf(
  1,
  changes(sink, { upserts: range(UPSERTS + DELETES).map((k) => ({ k, v: `before ${k}` })) }),
);
const second: Commit = {
  ...commitOf(
    2,
    changes(sink, {
      upserts: range(UPSERTS).map((k) => ({ k, v: k % 3 ? `after ${k}` : null })),
      deletes: range(DELETES).map((k) => ({ k: UPSERTS + k })),
    }),
    changes(dimension, {
      writeBacks: range(BACKS).map((k) => ({
        read: absent(k) ? null : { k, v: k % 2 ? `read ${k}` : null },
        row: { k, v: k % 7 ? `written ${k}` : null },
      })),
    }),
  ),
  nameOvertaken: true,
};

let server: OtsServer;
const open = (): Promise<Database> => openOtsDatabase({ ...server, batchSize: 20, retryIntervalMs: 1 });

beforeEach(async () => {
  server = await startOtsServer();
});
afterEach(() => server.close());

/** The tables after the first commit, with what other writers did since the rows were read. */
async function begun(): Promise<Database> {
  const database = await open();
  await database.prepare(uses);
  await database.claim(claimOf('job', 'me'));
  await database.commit(first, never);
  for (const k of range(BACKS)) {
    const row: Record<string, OtsValue> = { k: BigInt(k), undeclared: `kept ${k}` };
    if (changed(k) || inserted(k)) server.put('dimension', { ...row, v: `another's ${k}` });
    else if (!deleted(k) && !absent(k)) server.put('dimension', k % 2 ? { ...row, v: `read ${k}` } : row);
  }
  return database;
}

const expectedSink = range(UPSERTS).map((k) => ({ k: BigInt(k), ...(k % 3 ? { v: `after ${k}` } : {}) }));
const overtakenKeys = range(BACKS).filter((k) => changed(k) || deleted(k) || inserted(k));
const expectedDimension = range(BACKS)
  .filter((k) => !deleted(k))
  .map((k) => ({
    k: BigInt(k),
    ...(absent(k) && !inserted(k) ? {} : { undeclared: `kept ${k}` }),
    ...(changed(k) || inserted(k) ? { v: `another's ${k}` } : k % 7 ? { v: `written ${k}` } : {}),
  }));
/** A row without another value is put whole: what the catalog does not declare goes with it. */
const emptied = (k: number) => k % 7 === 0 && !changed(k) && !deleted(k) && !absent(k);

function check(overtaken: readonly { readonly row: object }[] | undefined): void {
  expect(server.rows('sink')).toEqual(expectedSink);
  const wanted = expectedDimension.map((row) => (emptied(Number(row.k)) ? { k: row.k } : row));
  expect(server.rows('dimension')).toEqual(wanted);
  const keys = overtaken?.map(({ row }) => (row as { k: number }).k);
  expect(keys?.toSorted((a, b) => a - b)).toEqual(overtakenKeys);
  expect(server.rows('millrace_fence')[0]).toMatchObject({ owner: 'me', epoch: 2n });
}

test('without a crash', async () => {
  const database = await begun();
  const before = server.seen.length;
  const { overtakenRows } = await database.commit(second, never);
  check(overtakenRows);
  // Fence, 4 batches of the sink, 3 of the dimension, fence.
  expect(server.seen.length - before).toBe(9);
  await database.close();
});

describe.each(['before', 'after'] as const)('the connection ends %s a request is done', (drop) => {
  test.each(range(9).map((n) => n + 1))('request %i and all after it', async (n) => {
    const database = await begun();
    const from = server.seen.length;
    const stop = new AbortController();
    server.inject((request) => {
      if (request.n - from < n) return undefined;
      stop.abort();
      // What comes after it is not done.
      return { drop: request.n - from === n ? drop : 'before' };
    });
    expect((await errorOf(database.commit(second, stop.signal))).message).toMatch(/stopped while waiting/);
    await database.close();
    server.inject(undefined);

    const next = await open();
    await next.prepare(uses.map((each) => ({ ...each, expected: true })));
    const stands = await next.claim(claimOf('job', 'me', { epoch: 2 }));
    if (stands === 2) expect([n, drop]).toEqual([9, 'after']);
    else check((await next.commit(second, never)).overtakenRows);
    await next.close();
  });

  test.each(range(9).map((n) => n + 1))('request %i alone, and the run goes on', async (n) => {
    const database = await begun();
    const from = server.seen.length;
    server.inject((request) => (request.n - from === n ? { drop } : undefined));
    check((await database.commit(second, never)).overtakenRows);
    await database.close();
  });
});

test('rows of a batch that are refused for a time are written alone', async () => {
  const database = await begun();
  let times = 12;
  server.inject(({ rows }) =>
    rows > 1 && times-- > 0 ? { rows: { 0: 'OTSNotEnoughCapacityUnit', 3: 'OTSTimeout' } } : undefined,
  );
  check((await database.commit(second, never)).overtakenRows);
  expect(times).toBeLessThan(0);
  await database.close();
});
