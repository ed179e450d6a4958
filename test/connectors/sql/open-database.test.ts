import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { openDatabase } from '../../../src/connectors/sql/open-database.ts';
import { createDatabase, type DatabaseKind } from '../../databases.ts';
import { changes, commitOf, eachDatabase, errorOf, never, Relay, servers, table, use } from './fixture.ts';

const schema = table('opened', 1, { k: 'INT', v: 'VARCHAR' });
const put = (v: string) => changes(schema, { upserts: [{ k: 1, v }] });

describe('SQLite files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-open-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('a missing folder is named at once', async () => {
    expect(await errorOf(openDatabase(`sqlite:${folder}/none/x.db`))).toMatchObject({
      exitCode: 2,
      message: `sqlite:${folder}/none/x.db: there is no folder ${folder}/none: create it, or name another file`,
    });
  });

  test('a folder, and a file that is no database, are wrong', async () => {
    mkdirSync(join(folder, 'dir.db'));
    writeFileSync(join(folder, 'text.db'), 'this is a text, and long enough to have a header of SQLite');
    for (const name of ['dir.db', 'text.db']) {
      const database = await openDatabase(`sqlite:${folder}/${name}`);
      const error = await errorOf(database.prepare([use(schema)]));
      expect(error.exitCode).toBe(2);
      expect(error.message).toContain(`sqlite:${folder}/${name}: cannot prepare its tables: SQLITE_`);
      await database.close();
    }
  });

  test('after close the file alone is the database', async () => {
    const file = join(folder, 'whole.db');
    const database = await openDatabase(`sqlite:${file}`);
    await database.prepare([use(schema)]);
    await database.claim({ job: 'j', owner: 'o', epoch: 0, mode: 'continue', clear: [] });
    await database.commit(commitOf(1, put('kept')), never);
    expect(readdirSync(folder)).toContain('whole.db-wal');
    await database.close();
    expect(readdirSync(folder).filter((name) => name.startsWith('whole'))).toEqual(['whole.db']);
    writeFileSync(join(folder, 'copy.db'), readFileSync(file));
    const copy = await openDatabase(`sqlite:${folder}/copy.db`);
    expect(await copy.rows(schema)).toEqual([{ k: 1, v: 'kept' }]);
    await copy.close();
  });

  test('after close the file is whole, also while another program has it open', async () => {
    const file = join(folder, 'shared.db');
    const [writer, reader] = [await openDatabase(`sqlite:${file}`), await openDatabase(`sqlite:${file}`)];
    await writer.prepare([use(schema)]);
    await writer.claim({ job: 'j', owner: 'o', epoch: 0, mode: 'continue', clear: [] });
    expect(await reader.rows(schema)).toEqual([]);
    await writer.commit(commitOf(1, put('kept')), never);
    await writer.close();
    writeFileSync(join(folder, 'alone.db'), readFileSync(file));
    const copy = await openDatabase(`sqlite:${folder}/alone.db`);
    expect(await copy.rows(schema)).toEqual([{ k: 1, v: 'kept' }]);
    await copy.close();
    await reader.close();
  });

  test('a database in memory lasts until it is closed', async () => {
    const database = await openDatabase('sqlite::memory:');
    await database.prepare([use(schema)]);
    await database.claim({ job: 'j', owner: 'o', epoch: 0, mode: 'continue', clear: [] });
    await database.commit(commitOf(1, put('here')), never);
    await errorOf(database.commit(commitOf(1, put('twice')), never));
    expect(await database.rows(schema)).toEqual([{ k: 1, v: 'here' }]);
    await database.close();
  });

  test('close without any use makes no file', async () => {
    const database = await openDatabase(`sqlite:${folder}/unused.db`);
    await database.close();
    expect(readdirSync(folder)).not.toContain('unused.db');
  });
});

test('nothing is written before the claim', async () => {
  const database = await openDatabase('sqlite::memory:');
  await database.prepare([use(schema)]);
  expect((await errorOf(database.commit(commitOf(1), never))).message).toContain(
    'before the database is claimed',
  );
  await database.close();
});

test('a commit waits for the lock of another program', async () => {
  const server = await createDatabase('sqlite', 'open_locked');
  const database = await openDatabase(server.url);
  await database.prepare([use(schema)]);
  await database.claim({ job: 'j', owner: 'o', epoch: 0, mode: 'continue', clear: [] });
  const order: string[] = [];
  const commit = await server.transaction(async (sql) => {
    await sql("INSERT INTO opened VALUES (2, 'theirs')");
    const waiting = Promise.resolve(database.commit(commitOf(1, put('ours')), never)).then(() =>
      order.push('ours'),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    order.push('theirs');
    return { waiting };
  });
  await commit.waiting;
  expect(order).toEqual(['theirs', 'ours']);
  expect(await database.rows(schema)).toEqual([
    { k: 1, v: 'ours' },
    { k: 2, v: 'theirs' },
  ]);
  await database.close();
  await server.drop();
});

eachDatabase(
  'open_server',
  (opened) => {
    test('an unknown database and a denied login are wrong at once, without the password', async () => {
      const start = performance.now();
      const url = new URL(opened.server.url);
      url.pathname = '/millrace_no_such_database';
      const unknown = await openDatabase(url.href);
      expect(await errorOf(unknown.prepare([use(schema)]))).toMatchObject({
        exitCode: 2,
        message: expect.stringMatching(
          /^\w+:\/\/[\w.]+:\d+\/millrace_no_such_database: cannot prepare its tables: .*millrace_no_such_database/,
        ),
      });
      await unknown.close();
      const login = new URL(opened.server.url);
      login.username = 'millrace_nobody';
      login.password = 'geheim';
      const denied = await openDatabase(login.href);
      const error = await errorOf(denied.prepare([use(schema)]));
      expect(error.exitCode).toBe(2);
      expect(error.message).toContain('millrace_nobody');
      expect(error.message).not.toContain('geheim');
      await denied.close();
      expect(performance.now() - start).toBeLessThan(4000);
    });

    test('a server that comes late is used', async () => {
      const relay = await Relay.before(opened.server.url);
      await relay.down();
      const database = await opened.open({ port: relay.port });
      setTimeout(() => relay.up(), 400);
      await database.prepare([use(schema)]);
      expect(await database.rows(schema)).toEqual([]);
      await relay.down();
    });

    test('lost during the run: commit and look-up wait, and go on', async () => {
      const relay = await Relay.before(opened.server.url);
      const lines: string[] = [];
      const database = await opened.open({ port: relay.port, log: (line) => lines.push(line) });
      await database.prepare([use(schema)]);
      await database.claim({ job: 'lost', owner: 'o', epoch: 0, mode: 'continue', clear: [] });
      await database.commit(commitOf(1, put('one')), never);
      await relay.down();
      const commit = database.commit(commitOf(2, put('two')), never);
      setTimeout(() => relay.up(), 700);
      await commit;
      await relay.down();
      const lookup = database.lookup(schema, [{ k: 1 }], never);
      setTimeout(() => relay.up(), 700);
      expect(await lookup).toEqual([{ k: 1, v: 'two' }]);
      expect(lines).toContain(`${database.label}: connection refused; waiting until it is back`);
      expect(lines.filter((line) => line.includes('back after'))).toHaveLength(2);
      await relay.down();
    });

    test('a signal ends the wait with exit 1, and close does not hang', async () => {
      const relay = await Relay.before(opened.server.url);
      const database = await opened.open({ port: relay.port });
      await database.prepare([use(schema)]);
      await database.claim({ job: 'stopped', owner: 'o', epoch: 0, mode: 'continue', clear: [] });
      await relay.down();
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 300);
      const error = await errorOf(database.commit(commitOf(1, put('never')), stop.signal));
      expect(error).toMatchObject({
        exitCode: 1,
        message: expect.stringContaining(`stopped while waiting for ${database.label}`),
      });
      await database.close();
    });

    test('connections killed again and again: every epoch is in once', async () => {
      const database = await opened.open();
      const counter = table('ratchet', 1, { k: 'INT', n: 'INT' });
      await database.prepare([use(counter)]);
      await database.claim({ job: 'killed', owner: 'o', epoch: 0, mode: 'continue', clear: [] });
      const keys = Array.from({ length: 50 }, (_, k) => ({ k }));
      await database.commit(
        commitOf(1, changes(counter, { upserts: keys.map(({ k }) => ({ k, n: 0 })) })),
        never,
      );
      let done = false;
      let killed = 0;
      const killer = (async () => {
        while (!done) {
          killed += await killAll(opened.server.sql, opened.kind === 'postgres');
          await new Promise((resolve) => setTimeout(resolve, 60 + (killed % 7) * 23));
        }
      })();
      let epochs = 0;
      let overtaken = 0;
      // However fast the machine is: until enough was killed.
      for (let epoch = 2; epochs < 60 || killed <= 5; epoch++, epochs++) {
        const reads = await database.lookup(counter, keys, never);
        const writeBacks = reads.map((read) => ({ read, row: { k: read?.k ?? 0, n: Number(read?.n) + 1 } }));
        overtaken += (await database.commit(commitOf(epoch, changes(counter, { writeBacks })), never))
          .overtaken;
      }
      done = true;
      await killer;
      expect(overtaken).toBe(0);
      expect(new Set((await database.rows(counter)).map(({ n }) => n))).toEqual(new Set([epochs]));
    });

    test('a deadlock with another program is resolved by trying again', async () => {
      const lines: string[] = [];
      const database = await opened.open({ log: (line) => lines.push(line) });
      const locked = table('locked', 1, { k: 'INT', v: 'VARCHAR' });
      await database.prepare([use(locked)]);
      await database.claim({ job: 'deadlock', owner: 'o', epoch: 0, mode: 'continue', clear: [] });
      const rows = Array.from({ length: 300 }, (_, k) => ({ k, v: 'start' }));
      await database.commit(commitOf(1, changes(locked, { upserts: rows })), never);
      // The other one has changed much more, so that it is not chosen as the victim.
      await opened.server
        .transaction(async (sql) => {
          await sql("UPDATE locked SET v = 'theirs' WHERE k >= 2");
          const commit = database.commit(
            commitOf(
              2,
              changes(locked, {
                upserts: [
                  { k: 1, v: 'ours' },
                  { k: 2, v: 'ours' },
                ],
              }),
            ),
            never,
          );
          await new Promise((resolve) => setTimeout(resolve, 400));
          await sql("UPDATE locked SET v = 'theirs' WHERE k = 1");
          return { commit };
        })
        .then(({ commit }) => commit);
      expect(await database.lookup(locked, [{ k: 1 }, { k: 2 }, { k: 3 }], never)).toEqual([
        { k: 1, v: 'ours' },
        { k: 2, v: 'ours' },
        { k: 3, v: 'theirs' },
      ]);
      expect(lines.join()).toMatch(/deadlock.*; trying again/i);
    });
  },
  servers,
);

// These wait by nature, so they wait together.
test('a server that is not there is tried for 15 s; one that does not answer holds neither a stop nor a close up', async () => {
  const notThere = async (kind: DatabaseKind) => {
    const relay = await Relay.before(`${kind}://127.0.0.1:1`);
    await relay.down();
    const lines: string[] = [];
    const label = `${kind}://127.0.0.1:${relay.port}/none`;
    const database = await openDatabase(label, { log: (line) => lines.push(line) });
    const start = performance.now();
    const error = await errorOf(database.prepare([use(schema)]));
    expect(performance.now() - start).toBeLessThan(17_000);
    expect(performance.now() - start).toBeGreaterThan(14_900);
    expect(error).toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(
        /^\w+:\/\/127.0.0.1:\d+\/none is not reachable, tried for 15(\.\d)? s: connection refused$/,
      ),
    });
    expect(lines[0]).toBe(`${label}: connection refused; trying for 15 s`);
    expect(lines.length).toBeLessThanOrEqual(2);
    await database.close();
  };
  const silent = async (kind: DatabaseKind) => {
    const server = await createDatabase(kind, 'open_silent');
    const relay = await Relay.before(server.url);
    const url = new URL(server.url);
    url.port = String(relay.port);
    const database = await openDatabase(url.href);
    await database.prepare([use(schema)]);
    await database.claim({ job: 'silent', owner: 'o', epoch: 0, mode: 'continue', clear: [] });
    relay.swallow();
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    const start = performance.now();
    expect(await errorOf(database.commit(commitOf(1, put('never')), stop.signal))).toMatchObject({
      exitCode: 1,
    });
    await database.close();
    expect(performance.now() - start).toBeLessThan(10_000);
    await relay.down();
    await server.drop();
  };
  await Promise.all([...(['mysql', 'postgres'] as const).map(notThere), ...servers.map(silent)]);
}, 30_000);

async function killAll(
  sql: (text: string) => Promise<Record<string, unknown>[]>,
  postgres: boolean,
): Promise<number> {
  if (postgres)
    return (
      await sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'millrace'",
      )
    ).length;
  const ids = await sql(
    'SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()',
  );
  for (const { id } of ids) await sql(`KILL ${id}`).catch(() => {});
  return ids.length;
}
