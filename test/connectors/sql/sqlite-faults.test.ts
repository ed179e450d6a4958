// Faults of the file that a SQLite database is, while a job runs.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { connectSqlite } from '../../../src/connectors/sql/connect.ts';
import { parseDatabaseUrl, type SqliteAddress } from '../../../src/connectors/sql/database-url.ts';
import type { Pool } from '../../../src/connectors/sql/session.ts';
import { SqlDatabase } from '../../../src/connectors/sql/sql-database.ts';
import { SQLITE } from '../../../src/connectors/sql/sqlite.ts';
import { createDatabase, type TestDatabase } from '../../databases.ts';
import { changes, claimOf, commitOf, errorOf, never, table, use } from './fixture.ts';

const schema = table('filled', 1, { k: 'INT', t: 'VARCHAR' });
const rows = (n: number, length: number) =>
  Array.from({ length: n }, (_, k) => ({ k, t: 'x'.repeat(length) }));
let server: TestDatabase;
let pool: Pool;
let database: SqlDatabase;
let lines: string[];
let onLine: () => void = () => {};
/** On the one connection that the database has. */
const pragma = (text: string) => pool.use((session) => session.rows(`PRAGMA ${text}`));

beforeEach(async () => {
  server = await createDatabase('sqlite', 'sqlite_faults');
  const address = parseDatabaseUrl(server.url) as SqliteAddress;
  pool = await connectSqlite(address, 'FULL');
  lines = [];
  const log = (line: string) => {
    lines.push(line);
    onLine();
  };
  database = new SqlDatabase({ label: 'sqlite:x.db', pool, dialect: async () => SQLITE, log, farewell: [] });
  await database.prepare([use(schema)]);
  await database.claim(claimOf('j', 'o'));
  await database.commit(commitOf(1, changes(schema, { upserts: rows(2, 1) })), never);
});

afterEach(async () => {
  await database.close();
  await server.drop();
});

test('a full disk is waited for, with a line; then the epoch is in once', async () => {
  const [{ page_count: pages } = {}] = await pragma('page_count');
  await pragma(`max_page_count = ${Number(pages) + 2}`);
  const waiting = new Promise<void>((resolve) => {
    onLine = resolve;
  });
  const back = { read: { k: 0, t: 'x' }, row: { k: 0, t: 'back' } };
  const upserts = rows(200, 1000).slice(2);
  const commit = database.commit(commitOf(2, changes(schema, { upserts, writeBacks: [back] })), never);
  await waiting;
  expect(await database.rows(schema)).toEqual(rows(2, 1));
  await pragma('max_page_count = 100000');
  expect(await commit).toEqual({ overtaken: 0 });
  expect(await database.rows(schema)).toHaveLength(200);
  expect(lines[0]).toBe(
    'sqlite:x.db: SQLITE_FULL: database or disk is full; free some room on its disk; waiting until it is back',
  );
});

test('a full disk, stopped meanwhile: exit 1, nothing of the epoch is in', async () => {
  const [{ page_count: pages } = {}] = await pragma('page_count');
  await pragma(`max_page_count = ${pages}`);
  const stop = new AbortController();
  onLine = () => stop.abort();
  const commit = database.commit(commitOf(2, changes(schema, { upserts: rows(200, 1000) })), stop.signal);
  expect(await errorOf(commit)).toMatchObject({
    exitCode: 1,
    message: expect.stringContaining('stopped while waiting for sqlite:x.db: SQLITE_FULL'),
  });
  expect(await database.rows(schema)).toEqual(rows(2, 1));
});

test('a file that has become read-only ends the job, saying what to do', async () => {
  await pragma('query_only = ON');
  const commit = database.commit(commitOf(2, changes(schema, { upserts: rows(1, 2) })), never);
  expect(await errorOf(commit)).toMatchObject({
    exitCode: 1,
    message: expect.stringMatching(
      /^sqlite:x\.db: cannot write epoch 2: SQLITE_READONLY: .*; make the file and its folder writable, and start again$/,
    ),
  });
  await pragma('query_only = OFF');
  expect(await database.commit(commitOf(2), never)).toEqual({ overtaken: 0 });
});
