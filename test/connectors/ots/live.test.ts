// The same against an instance in the cloud: MILLRACE_TEST_OTS_ENDPOINT, MILLRACE_TEST_OTS_INSTANCE, MILLRACE_TEST_OTS_ID, MILLRACE_TEST_OTS_KEY (and MILLRACE_TEST_OTS_TOKEN of
// temporary credentials). It makes the tables millrace_live and millrace_live_fence, and leaves them there, empty.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Database } from '../../../src/connectors/database.ts';
import { openOtsDatabase } from '../../../src/connectors/ots/ots-database.ts';
import type { Row } from '../../../src/values/sql-type.ts';
import { changes, claimOf, commitOf, errorOf, never, table, use } from '../sql/fixture.ts';

const {
  MILLRACE_TEST_OTS_ENDPOINT: endPoint = '',
  MILLRACE_TEST_OTS_INSTANCE: instanceName = '',
  MILLRACE_TEST_OTS_ID: accessId = '',
  MILLRACE_TEST_OTS_KEY: accessKey = '',
  MILLRACE_TEST_OTS_TOKEN: securityToken,
} = process.env;
const live = [endPoint, instanceName, accessId, accessKey].every((text) => text !== '');
jest.setTimeout(300_000);

const schema = table('millrace_live', 2, {
  s: 'VARCHAR',
  n: 'BIGINT(bigint)',
  text: 'VARCHAR',
  whole: 'BIGINT(bigint)',
  real: 'DOUBLE',
  flag: 'BOOLEAN',
  exact: 'DECIMAL(20,4)',
  at: 'TIMESTAMP(3)',
  day: 'DATE',
});
const full: Row = {
  ...{ s: '', n: -(2n ** 63n), text: '千流 🚰', whole: 2n ** 63n - 1n, real: 0.1, flag: false },
  ...{ exact: -5n, at: 1736906584005, day: 20103 },
};
const empty: Row = {
  ...{ s: 'é', n: 0n, text: null, whole: null, real: null, flag: null, exact: null, at: null, day: null },
};

// A name that says what is missing: a skipped test is to be seen.
(live ? describe : describe.skip)(
  'an instance in the cloud (set MILLRACE_TEST_OTS_ENDPOINT, …_INSTANCE, …_ID, …_KEY)',
  () => {
    let database: Database;
    let epoch = 0;
    const commit = (some: Parameters<typeof changes>[1]) =>
      database.commit(commitOf(++epoch, changes(schema, some)), never);
    const open = () =>
      openOtsDatabase(
        {
          ...{ endPoint, instanceName, accessId, accessKey, fenceTable: 'millrace_live_fence' },
          ...(securityToken ? { securityToken } : {}),
        },
        { log: (line) => process.stderr.write(`${line}\n`) },
      );

    beforeAll(async () => {
      database = await open();
      await database.prepare([use(schema)]);
      await database.claim(claimOf('live', 'me', { mode: 'fresh', clear: [schema] }));
    });
    afterAll(async () => {
      await database.claim(claimOf('live', 'me', { mode: 'fresh', clear: [schema] }));
      await database.close();
    });

    test('every type, NULL, a row of NULLs, and a row that is not there', async () => {
      await commit({ upserts: [full, empty] });
      expect(await database.lookup(schema, [empty, { s: 'none', n: 1n }, full], never)).toEqual([
        empty,
        null,
        full,
      ]);
      expect(await database.rows(schema)).toEqual([full, empty]);
    });

    test('write-backs: each column counts, there or not', async () => {
      await commit({ upserts: [full, empty] });
      for (const name of ['text', 'whole', 'real', 'flag', 'exact', 'at', 'day']) {
        const other = { ...full, [name]: null };
        expect(await commit({ writeBacks: [{ read: other, row: full }] })).toEqual({ overtaken: 1 });
        const filled = { ...empty, [name]: full[name] as Row[string] };
        expect(await commit({ writeBacks: [{ read: filled, row: empty }] })).toEqual({ overtaken: 1 });
      }
      const writeBacks = [
        { read: full, row: { ...full, flag: true, text: null } },
        { read: empty, row: { ...empty, flag: false } },
        { read: null, row: { ...full, s: 'new' } },
      ];
      expect(await commit({ writeBacks })).toEqual({ overtaken: 0 });
      expect(await commit({ writeBacks })).toEqual({ overtaken: 3 });
      expect(await database.rows(schema)).toEqual(
        [writeBacks[0], writeBacks[2], writeBacks[1]].map((each) => each?.row),
      );
    });

    test('450 rows in, looked up, out', async () => {
      const upserts = Array.from({ length: 450 }, (_, i) => ({ ...full, s: 'many', n: BigInt(i) }));
      await commit({ upserts });
      expect(await database.lookup(schema, upserts, never)).toEqual(upserts);
      await commit({ deletes: upserts });
      expect(await database.lookup(schema, upserts, never)).toEqual(upserts.map(() => null));
    });

    test('a run that was taken over writes no more', async () => {
      const other = await open();
      await other.claim(claimOf('live', 'other', { mode: 'fresh' }));
      await other.close();
      expect((await errorOf(commit({ upserts: [full] }))).exitCode).toBe(3);
    });
  },
);
