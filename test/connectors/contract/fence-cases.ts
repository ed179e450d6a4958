// What every database promises of its fence and of the commits behind it, in memory or not.
import { describe, expect, test } from '@jest/globals';
import type { Claim, Database, WriteBack } from '../../../src/connectors/database.ts';
import { memoryDatabase } from '../../../src/connectors/memory/memory-database.ts';
import type { Row } from '../../../src/values/sql-type.ts';
import { changes, claimOf, commitOf, errorOf, never, table, use } from '../sql/fixture.ts';

const schema = table('fenced', 1, { k: 'INT', v: 'INT' });
const other = table('beside', 1, { k: 'INT', v: 'INT' });
const put = (v: number, k = 1) => changes(schema, { upserts: [{ k, v }] });
const thrown = (work: () => unknown) => errorOf((async () => work())());

/** Runs the tests against a database; `connect` answers a new connection to the same one. `writesBack`: it can be looked up; default yes. */
export function fenceCases(connect: () => Promise<Database>, { writesBack = true } = {}): void {
  let jobs = 0;
  const newJob = () => `case ${++jobs}`;
  const prepared = async () => {
    const database = await connect();
    await database.prepare([schema, other].map((one) => use(one, { looksUp: writesBack })));
    return database;
  };
  /** A database whose fence stands at `epoch` for `owner`, and the value of its one row. */
  const standing = async (job: string, owner: string, epoch: number) => {
    const database = await prepared();
    await database.claim(claimOf(job, owner, { mode: 'fresh', clear: [schema, other] }));
    for (let next = 1; next <= epoch; next++) await database.commit(commitOf(next, put(next)), never);
    return database;
  };
  /** Where the fence stands for an owner: any commit from there goes through, and is taken back by the claim. */
  const standsAt = async (job: string, owner: string) =>
    (await connect()).claim(claimOf(job, owner, { epoch: 1_000_000 }));
  const again = async (job: string, owner: string, some: Partial<Claim>) =>
    (await prepared()).claim(claimOf(job, owner, some));

  describe('claim', () => {
    test('continue: no fence and a state without an epoch: inserted at 0, and the same again is adopted', async () => {
      const job = newJob();
      expect(await again(job, 'me', {})).toBe(0);
      expect(await again(job, 'me', {})).toBe(0);
      expect(await standsAt(job, 'me')).toBe(0);
    });

    test.each(['continue', 'rebase'] as const)(
      '%s: no fence though the state has epochs: refused',
      async (mode) => {
        const job = newJob();
        const error = await errorOf(again(job, 'me', { mode, epoch: 7 }));
        expect(error.exitCode).toBe(3);
        expect(error.message).toMatch(
          /: job 'case \d+' has no fence row here, but its state is at epoch 7: the tables were lost, or this is another database\. .*--fresh/,
        );
        // Nothing was inserted.
        expect(await again(job, 'other', {})).toBe(0);
      },
    );

    test.each([
      [2, 5],
      [5, 5],
      [0, 5],
    ])('continue: ours at %p of %p: stays, later epochs are to be applied again', async (at, epoch) => {
      const job = newJob();
      await standing(job, 'me', at);
      const database = await prepared();
      expect(await database.claim(claimOf(job, 'me', { epoch }))).toBe(at);
      for (let next = at + 1; next <= epoch; next++)
        expect(await database.commit(commitOf(next, put(next)), never)).toEqual({ overtaken: 0 });
      expect(await database.rows(schema)).toEqual([{ k: 1, v: epoch }]);
    });

    test.each([0, 2])(
      'continue: ours beyond the state (at %p): refused, --rebase is named',
      async (epoch) => {
        const job = newJob();
        await standing(job, 'me', 3);
        const error = await errorOf(again(job, 'me', { epoch, clear: [schema] }));
        expect(error.exitCode).toBe(3);
        expect(error.message).toMatch(
          new RegExp(
            `job '${job}' has written epoch 3 here .*, but its state ends at epoch ${epoch}: the state is an older copy.*--rebase`,
          ),
        );
        expect(await standsAt(job, 'me')).toBe(3);
        expect(await (await connect()).rows(schema)).toEqual([{ k: 1, v: 3 }]);
      },
    );

    test.each<[string, number, RegExp]>([
      [
        'no state',
        0,
        /has written here before \(epoch 3.*\), and this run starts without its state: --state .*--fresh goes on.*--fresh --clear/,
      ],
      ['a state', 5, /another state has taken over here \(epoch 3.*\); this one is at epoch 5\. .*--fresh/],
    ])("continue: another's fence over %s: refused, nothing is cleared", async (_, epoch, words) => {
      const job = newJob();
      await standing(job, 'other', 3);
      const error = await errorOf(again(job, 'me', { epoch, clear: [schema] }));
      expect(error.exitCode).toBe(3);
      expect(error.message).toMatch(words);
      expect(await standsAt(job, 'other')).toBe(3);
      expect(await (await connect()).rows(schema)).toEqual([{ k: 1, v: 3 }]);
    });

    test.each([
      ["another's", 'other', 3],
      ['ours before', 'me', 3],
      ['ours beyond', 'me', 9],
    ])('fresh: %s is taken over at the epoch', async (_, owner, at) => {
      const job = newJob();
      await standing(job, owner, at);
      expect(await again(job, 'me', { mode: 'fresh', epoch: 6 })).toBe(6);
      expect(await standsAt(job, 'me')).toBe(6);
      expect(await (await connect()).rows(schema)).toEqual([{ k: 1, v: at }]);
    });

    test('fresh: a missing fence is inserted at the epoch', async () => {
      const job = newJob();
      expect(await again(job, 'me', { mode: 'fresh', epoch: 6 })).toBe(6);
      expect(await standsAt(job, 'me')).toBe(6);
    });

    test.each([
      ['ours beyond is moved back', 'me', 9, 6],
      ['ours at the epoch stays', 'me', 6, 6],
      ['ours before stays: the tables lack what is after it', 'me', 3, 3],
      ["another's beyond is moved back", 'other', 9, 6],
      ["another's before is moved", 'other', 3, 6],
    ])('rebase: %s', async (_, owner, at, stands) => {
      const job = newJob();
      await standing(job, owner, at);
      expect(await again(job, 'me', { mode: 'rebase', epoch: 6 })).toBe(stands);
      expect(await standsAt(job, 'me')).toBe(stands);
    });

    test('rebase: a missing fence is inserted while the state has no epoch', async () => {
      const job = newJob();
      expect(await again(job, 'me', { mode: 'rebase' })).toBe(0);
      expect(await standsAt(job, 'me')).toBe(0);
    });

    test('clear takes the rows of the named tables alone', async () => {
      const job = newJob();
      const database = await standing(job, 'other', 0);
      await database.commit(commitOf(1, put(1), changes(other, { upserts: [{ k: 1, v: 1 }] })), never);
      await again(job, 'me', { mode: 'fresh', clear: [schema] });
      expect(await database.rows(schema)).toEqual([]);
      expect(await database.rows(other)).toEqual([{ k: 1, v: 1 }]);
    });

    test('two at once: one wins', async () => {
      const job = newJob();
      const both = [await prepared(), await prepared()];
      const results = await Promise.allSettled(
        both.map((database, i) => database.claim(claimOf(job, `owner ${i}`))),
      );
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(results.find((result) => result.status === 'rejected')?.reason).toMatchObject({ exitCode: 3 });
    });

    test('each job, and each database, has a fence of its own under one owner', async () => {
      const job = newJob();
      await standing(job, 'me', 2);
      const second = memoryDatabase();
      await second.claim(claimOf(job, 'me'));
      await second.commit(commitOf(1, put(1)), never);
      expect(await again(job.toUpperCase(), 'other', {})).toBe(0);
      expect(await again(job, 'me', { epoch: 2 })).toBe(2);
      expect(await second.claim(claimOf(job, 'me', { epoch: 2 }))).toBe(1);
    });
  });

  describe('commit', () => {
    test('nothing is written before the claim', async () => {
      const database = await prepared();
      expect((await thrown(() => database.commit(commitOf(1), never))).message).toContain(
        'before the database is claimed',
      );
    });

    test.each([
      ['a copy of this state', 2, 1],
      ['an epoch that is in already', 1, 0],
    ])('%s is refused', async (_, at, previous) => {
      const job = newJob();
      const database = await standing(job, 'me', at);
      const commit = { ...commitOf(previous + 1, put(99)), previous, clear: [schema] };
      const error = await thrown(() => database.commit(commit, never));
      expect(error.exitCode).toBe(3);
      expect(error.message).toContain(
        `job '${job}' may not write here any more: the fence is at epoch ${at}, not ${previous}: a copy of this run is writing`,
      );
      expect(await standsAt(job, 'me')).toBe(at);
      expect(await database.rows(schema)).toEqual([{ k: 1, v: at }]);
    });

    test.each([0, 5])('another owner at epoch %p: refused', async (epoch) => {
      const job = newJob();
      const database = await standing(job, 'me', 2);
      await again(job, 'other', { mode: 'fresh', epoch });
      const commit = { ...commitOf(3, put(99)), clear: [schema] };
      const error = await thrown(() => database.commit(commit, never));
      expect(error.exitCode).toBe(3);
      expect(error.message).toContain(`another run has taken it over (epoch ${epoch}`);
      expect(await database.rows(schema)).toEqual([{ k: 1, v: 2 }]);
    });

    test('ours before: the database lost commits; nothing is written until they are applied again', async () => {
      const job = newJob();
      const database = await standing(job, 'me', 5);
      // As a database that was set back.
      await again(job, 'me', { mode: 'rebase', epoch: 2 });
      const sixth = { ...commitOf(6, put(6)), clear: [schema] };
      expect(await database.commit(sixth, never)).toEqual({ overtaken: 0, lostAfter: 2 });
      expect(await database.commit(sixth, never)).toEqual({ overtaken: 0, lostAfter: 2 });
      expect(await database.rows(schema)).toEqual([{ k: 1, v: 5 }]);
      // Several epochs as one.
      expect(await database.commit({ ...commitOf(5, put(55)), previous: 2 }, never)).toEqual({
        overtaken: 0,
      });
      expect(await database.commit(sixth, never)).toEqual({ overtaken: 0 });
      expect(await standsAt(job, 'me')).toBe(6);
    });

    if (!writesBack) return;

    test('clear goes before deletes and upserts', async () => {
      const job = newJob();
      const database = await standing(job, 'me', 0);
      const all = [1, 2, 3].map((k) => ({ k, v: k }));
      await database.commit(
        commitOf(1, changes(schema, { upserts: all }), changes(other, { upserts: all })),
        never,
      );
      const anew = changes(schema, {
        upserts: [{ k: 2, v: 20 }],
        deletes: [{ k: 3, v: 3 }],
        writeBacks: [
          { read: { k: 1, v: 1 }, row: { k: 1, v: 10 } },
          { read: null, row: { k: 4, v: 40 } },
        ],
      });
      expect(await database.commit({ ...commitOf(2, anew), clear: [schema] }, never)).toEqual({
        overtaken: 1,
      });
      expect(await database.rows(schema)).toEqual([
        { k: 2, v: 20 },
        { k: 4, v: 40 },
      ]);
      expect(await database.rows(other)).toEqual(all);
    });

    test.each<[string, Row | null, WriteBack, number]>([
      ['the row that was read', { k: 1, v: 1 }, { read: { k: 1, v: 1 }, row: { k: 1, v: 2 } }, 0],
      ['by an equal row', { k: 1, v: 1 }, { read: { k: 1, v: 1 }, row: { k: 1, v: 1 } }, 0],
      ['NULL as it was read', { k: 1, v: null }, { read: { k: 1, v: null }, row: { k: 1, v: 1 } }, 0],
      ['by NULL', { k: 1, v: 1 }, { read: { k: 1, v: 1 }, row: { k: 1, v: null } }, 0],
      ['another value', { k: 1, v: 9 }, { read: { k: 1, v: 1 }, row: { k: 1, v: 2 } }, 1],
      ['the very value to write', { k: 1, v: 2 }, { read: { k: 1, v: 1 }, row: { k: 1, v: 2 } }, 1],
      ['NULL that was a value', { k: 1, v: null }, { read: { k: 1, v: 1 }, row: { k: 1, v: 2 } }, 1],
      ['a value that was NULL', { k: 1, v: 1 }, { read: { k: 1, v: null }, row: { k: 1, v: 2 } }, 1],
      ['a deleted row', null, { read: { k: 1, v: 1 }, row: { k: 1, v: 2 } }, 1],
      ['an absent row', null, { read: null, row: { k: 1, v: 2 } }, 0],
      ['a row that appeared', { k: 1, v: 9 }, { read: null, row: { k: 1, v: 2 } }, 1],
      ['an equal row that appeared', { k: 1, v: 2 }, { read: null, row: { k: 1, v: 2 } }, 1],
    ])('one write-back alone: %s', async (_, held, writeBack, overtaken) => {
      const database = await standing(newJob(), 'me', 0);
      const beside = { k: 2, v: 1 };
      await database.commit(
        commitOf(1, changes(schema, { upserts: held ? [held, beside] : [beside] })),
        never,
      );
      const commit = commitOf(2, changes(schema, { writeBacks: [writeBack] }));
      expect(await database.commit(commit, never)).toEqual({ overtaken });
      const kept = overtaken === 0 ? writeBack.row : held;
      expect(await database.rows(schema)).toEqual(kept ? [kept, beside] : [beside]);
    });
  });
}
