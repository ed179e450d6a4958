// Transactions that are ended from outside, at each of their points, COMMIT included: every epoch is in once.
import { expect, test } from '@jest/globals';
import type { Committed, Database } from '../../../src/connectors/database.ts';
import type { TestDatabase } from '../../databases.ts';
import { changes, claimOf, commitOf, eachDatabase, never, Relay, servers, table, use } from './fixture.ts';

const first = table('a_first', 1, { k: 'INT', v: 'INT' });
const second = table('b_second', 1, { k: 'INT', v: 'INT' });
type Sql = TestDatabase['sql'];

eachDatabase(
  'in_doubt',
  (opened) => {
    const postgres = opened.kind === 'postgres';
    /** Sessions of Millrace that wait for a lock. */
    const waiting = async (): Promise<number[]> => {
      const rows = await opened.server.sql(
        postgres
          ? "SELECT pid AS id FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'millrace' AND wait_event_type = 'Lock'"
          : `SELECT p.id AS id FROM information_schema.processlist p LEFT JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id = p.id
             WHERE p.db = DATABASE() AND (t.trx_state = 'LOCK WAIT' OR p.info = 'COMMIT')`,
      );
      return rows.map(({ id }) => Number(id));
    };
    const untilWaiting = async (but: readonly number[] = []): Promise<number> => {
      for (let asked = 0; asked < 100; asked++) {
        const id = (await waiting()).find((each) => !but.includes(each));
        if (id !== undefined) return id;
        // MySQL shows the same transactions as before to whoever asks more often than every 100 ms.
        await new Promise((resolve) => setTimeout(resolve, postgres ? 20 : 130));
      }
      throw new Error('no transaction waits for a lock');
    };
    const kill = (id: number, connection: boolean) => {
      if (postgres)
        return opened.server.sql(`SELECT pg_${connection ? 'terminate' : 'cancel'}_backend(${id})`);
      return opened.server.sql(`KILL ${connection ? '' : 'QUERY '}${id}`);
    };
    const holders: Record<
      string,
      { hold: (sql: Sql) => Promise<unknown>; free?: (sql: Sql) => Promise<unknown> }
    > = {
      fence: { hold: (sql) => sql('SELECT * FROM millrace_fence FOR UPDATE') },
      upsert: { hold: (sql) => sql('SELECT * FROM a_first FOR UPDATE') },
      'write-back': { hold: (sql) => sql('SELECT * FROM b_second FOR UPDATE') },
      // COMMIT fires a trigger that waits for this lock; MariaDB lets nobody commit.
      COMMIT: postgres
        ? { hold: (sql) => sql('SELECT pg_advisory_xact_lock(7)') }
        : {
            hold: async (sql) => {
              await sql('BACKUP STAGE START');
              await sql('BACKUP STAGE BLOCK_COMMIT');
            },
            free: (sql) => sql('BACKUP STAGE END'),
          },
    };
    let jobs = 0;
    const started = async (port?: number) => {
      const database = await opened.open(port === undefined ? {} : { port });
      await database.prepare([use(first), use(second)]);
      if (postgres && jobs === 0) {
        await opened.server.sql(
          "CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NULL; END'",
        );
        await opened.server.sql(
          'CREATE CONSTRAINT TRIGGER waits AFTER INSERT OR UPDATE ON b_second DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_at_commit()',
        );
      }
      const job = `job ${++jobs}`;
      await database.claim(claimOf(job, 'me', { mode: 'fresh', clear: [first, second] }));
      const start = [first, second].map((schema) => changes(schema, { upserts: [{ k: 1, v: 1 }] }));
      await database.commit(commitOf(1, ...start), never);
      return { database, job };
    };
    /** Applied a second time, the write-back would find its own row. */
    const commit = async (database: Database): Promise<Committed> =>
      database.commit(
        commitOf(
          2,
          changes(first, { upserts: [{ k: 1, v: 2 }] }),
          changes(second, { writeBacks: [{ read: { k: 1, v: 1 }, row: { k: 1, v: 2 } }] }),
        ),
        never,
      );
    /** Runs `work` while another program holds what the transaction needs at this point. */
    const held = (point: string, work: () => Promise<void>) =>
      opened.server.transaction(async (sql) => {
        const { hold, free } = holders[point] as (typeof holders)[string];
        await hold(sql);
        try {
          await work();
        } finally {
          await free?.(sql);
        }
      });
    const expectOnce = async (database: Database, job: string, committed: Committed | undefined) => {
      expect(committed).toEqual({ overtaken: 0 });
      for (const schema of [first, second]) expect(await database.rows(schema)).toEqual([{ k: 1, v: 2 }]);
      expect(await database.claim(claimOf(job, 'me', { epoch: 9 }))).toBe(2);
    };

    test.each(
      Object.keys(holders).flatMap((point) => [
        { point, ended: 'connection' },
        { point, ended: 'statement' },
      ]),
    )('the $ended is killed at $point', async ({ point, ended }) => {
      const { database, job } = await started();
      let committed: Promise<Committed> | undefined;
      await held(point, async () => {
        committed = commit(database);
        await kill(await untilWaiting(), ended === 'connection');
      });
      await expectOnce(database, job, await committed);
    });

    test('a COMMIT whose connection is lost, and that is done only while the next try waits', async () => {
      const relay = await Relay.before(opened.server.url);
      try {
        const { database, job } = await started(relay.port);
        let committed: Promise<Committed> | undefined;
        await held('COMMIT', async () => {
          relay.breakAt('COMMIT', 'at once');
          committed = commit(database);
          const lost = await untilWaiting();
          await untilWaiting([lost]);
        });
        await expectOnce(database, job, await committed);
      } finally {
        await relay.down();
      }
    });

    test('after a fault of the server the next try takes a new connection', async () => {
      const relay = await Relay.before(opened.server.url);
      try {
        const { database } = await started(relay.port);
        const before = relay.accepted;
        let committed: Promise<Committed> | undefined;
        await held('upsert', async () => {
          committed = commit(database);
          await kill(await untilWaiting(), false);
        });
        await committed;
        expect(relay.accepted).toBe(before + 1);
      } finally {
        await relay.down();
      }
    });

    test('a claim waits for one that is taking over, and is refused', async () => {
      const { database, job } = await started();
      let claim: Promise<number> | undefined;
      await opened.server.transaction(async (sql) => {
        await sql("UPDATE millrace_fence SET owner = 'other' WHERE job = ?", [job]);
        claim = database.claim(claimOf(job, 'me', { epoch: 1, clear: [first] }));
        await untilWaiting();
      });
      await expect(claim).rejects.toMatchObject({
        exitCode: 3,
        message: expect.stringContaining('another state has taken over here'),
      });
      expect(await database.rows(first)).toEqual([{ k: 1, v: 1 }]);
    });

    test.each([
      { end: 'COMMIT', overtaken: 1, kept: 9 },
      { end: 'ROLLBACK', overtaken: 0, kept: 2 },
    ])('a write-back waits for another writer, and counts by his $end', async ({ end, overtaken, kept }) => {
      const { database } = await started();
      let committed: Promise<Committed> | undefined;
      const theirs = opened.server.transaction(async (sql) => {
        await sql('UPDATE b_second SET v = 9 WHERE k = 1');
        committed = commit(database);
        await untilWaiting();
        if (end === 'ROLLBACK') throw new Error('rolled back');
      });
      await theirs.catch(() => {});
      expect(await committed).toEqual({ overtaken });
      expect(await database.rows(second)).toEqual([{ k: 1, v: kept }]);
    });
  },
  servers,
);
