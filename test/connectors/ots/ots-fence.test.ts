// The fence of Tablestore, beyond what every database promises.
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Database } from '../../../src/connectors/database.ts';
import { openOtsDatabase } from '../../../src/connectors/ots/ots-database.ts';
import { changes, claimOf, commitOf, errorOf, never, table, use } from '../sql/fixture.ts';
import { type OtsServer, type SeenRequest, startOtsServer } from './ots-server.ts';

let server: OtsServer;
const open = new Set<Database>();
const connect = async (): Promise<Database> => {
  const database = await openOtsDatabase({ ...server, retryIntervalMs: 1 });
  open.add(database);
  return database;
};

beforeAll(async () => {
  server = await startOtsServer();
});
afterEach(async () => {
  server.inject(undefined);
  for (const database of open) await database.close();
  open.clear();
});
afterAll(() => server.close());

const schema = table('rows', 1, { k: 'INT', v: 'INT' });
const put = (v: number, k = 1) => changes(schema, { upserts: [{ k, v }] });
const claimed = async (job: string, owner: string, also = {}) => {
  const database = await connect();
  await database.prepare([use(schema)]);
  await database.claim(claimOf(job, owner, also));
  return database;
};
const fenceOf = (job: string) => server.rows('millrace_fence').find((row) => row.job === job);
const fenceWrite = ({ operation, table: name }: SeenRequest) =>
  operation === 'BatchWriteRow' && name === 'millrace_fence';

test('the fence has owner, epoch and times', async () => {
  const database = await claimed('times', 'me');
  expect(fenceOf('times')).toEqual({
    job: 'times',
    owner: 'me',
    epoch: 0n,
    committed_at: expect.any(BigInt),
  });
  await database.commit(commitOf(1, put(1)), never);
  expect(fenceOf('times')).toMatchObject({ epoch: 1n, complete_to: BigInt(Date.UTC(2025, 0, 15, 2)) });
});

test('of two claims that meet one wins, the other is told of it', async () => {
  // Both have read that there is no fence before one of them writes it.
  let arrived = 0;
  let release = () => {};
  const both = new Promise<void>((resolve) => {
    release = resolve;
  });
  const [a, b] = [await connect(), await connect()];
  for (const database of [a, b]) await database.prepare([use(schema)]);
  server.inject((request) => {
    if (!fenceWrite(request) || arrived === 2) return undefined;
    if (++arrived === 2) release();
    return { wait: both };
  });
  const outcomes = await Promise.allSettled([a.claim(claimOf('met', 'a')), b.claim(claimOf('met', 'b'))]);
  expect(arrived).toBe(2);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const lost = outcomes.find((outcome) => outcome.status === 'rejected');
  expect(lost?.reason).toMatchObject({
    exitCode: 3,
    message: expect.stringContaining("job 'met' has written here"),
  });
});

test('a claim whose answer is lost is made once', async () => {
  let times = 1;
  server.inject((request) => (fenceWrite(request) && times-- > 0 ? { drop: 'after' } : undefined));
  await claimed('doubt', 'me');
  expect(fenceOf('doubt')).toMatchObject({ owner: 'me', epoch: 0n });
});

test('a commit whose fence is moved without an answer is committed, with what it answered', async () => {
  const database = await claimed('doubt of a commit', 'me');
  await database.commit(commitOf(1, put(1)), never);
  let times = 1;
  server.inject((request) => (fenceWrite(request) && times-- > 0 ? { drop: 'after' } : undefined));
  const overtaken = changes(schema, { writeBacks: [{ read: { k: 1, v: 7 }, row: { k: 1, v: 8 } }] });
  expect(await database.commit(commitOf(2, overtaken), never)).toEqual({ overtaken: 1 });
  expect(fenceOf('doubt of a commit')).toMatchObject({ epoch: 2n });
});

test('a run that was taken over writes no row', async () => {
  const old = await claimed('taken', 'old');
  await old.commit(commitOf(1, put(1)), never);
  await claimed('taken', 'new', { mode: 'fresh' });
  expect(await errorOf(old.commit(commitOf(2, put(2)), never))).toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(
      /may not write here any more: another run has taken it over.*nothing of epoch 2/,
    ),
  });
  expect(server.rows('rows')).toEqual([{ k: 1n, v: 1n }]);
});

test('a run that is taken over while it writes moves no fence, and says that rows may be there', async () => {
  const old = await claimed('in the middle', 'old');
  server.inject((request) => {
    if (!fenceWrite(request)) return undefined;
    server.inject(undefined);
    return { wait: claimed('in the middle', 'new', { mode: 'fresh' }) };
  });
  expect(await errorOf(old.commit(commitOf(1, put(5)), never))).toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(/another run took it over.*while epoch 1 was being written; some rows/),
  });
  expect(fenceOf('in the middle')).toMatchObject({ owner: 'new', epoch: 0n });
});

test('a copy of the run that moves the fence meanwhile: refused', async () => {
  const database = await claimed('copied', 'me');
  server.inject((request) => {
    if (fenceWrite(request)) server.put('millrace_fence', { job: 'copied', owner: 'me', epoch: 1n });
    return undefined;
  });
  expect((await errorOf(database.commit(commitOf(1, put(1)), never))).exitCode).toBe(3);
});

test('a fence that is put back while a commit writes says where it stands', async () => {
  const database = await claimed('older copy', 'me');
  await database.commit(commitOf(1, put(1)), never);
  await database.commit(commitOf(2, put(2)), never);
  const older = { job: 'older copy', owner: 'me', epoch: 1n };
  server.inject((request) => {
    if (fenceWrite(request)) server.put('millrace_fence', older);
    return undefined;
  });
  expect(await database.commit(commitOf(3, put(3)), never)).toEqual({ overtaken: 0, lostAfter: 1 });
  server.inject(undefined);
  expect(await database.commit(commitOf(3, put(3)), never)).toEqual({ overtaken: 0, lostAfter: 1 });
  expect(await database.commit(commitOf(2, put(2)), never)).toEqual({ overtaken: 0 });
});

test('a claim that clears empties the tables before the fence is its own, and again after', async () => {
  const old = await claimed('cleared', 'old');
  await old.commit(commitOf(1, put(1), put(2, 2)), never);
  const order: string[] = [];
  server.inject((request) => {
    order.push(`${request.operation} ${request.table}`);
    // The run before writes one more row.
    if (fenceWrite(request)) server.put('rows', { k: 3n, v: 3n });
    return undefined;
  });
  const database = await connect();
  await database.claim(claimOf('cleared', 'new', { mode: 'fresh', clear: [schema] }));
  expect(order.indexOf('BatchWriteRow rows')).toBeLessThan(order.indexOf('BatchWriteRow millrace_fence'));
  expect(server.rows('rows')).toEqual([]);
});

test('a claim that is refused clears nothing', async () => {
  const old = await claimed('kept', 'old');
  await old.commit(commitOf(1, put(1)), never);
  const other = await connect();
  expect((await errorOf(other.claim(claimOf('kept', 'new', { clear: [schema] })))).exitCode).toBe(3);
  expect(server.rows('rows').length).toBeGreaterThan(0);
});

test('nothing is committed before a claim', async () => {
  const database = await connect();
  expect((await errorOf(database.commit(commitOf(1, put(1)), never))).message).toMatch(
    /before the database is claimed/,
  );
});
