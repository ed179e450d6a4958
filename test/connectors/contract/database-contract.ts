import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Database } from '../../../src/connectors/database.ts';
import type { TableSchema } from '../../../src/plan/schema.ts';
import type { Row } from '../../../src/values/sql-type.ts';
import { changes, claimOf, commitOf, errorOf, never, table, use } from '../sql/fixture.ts';
import { fenceCases } from './fence-cases.ts';

/** What holds tables, new and empty. */
export interface DatabasePlace {
  /** A new connection, as of another process. */
  connect(): Promise<Database>;
  remove(): Promise<void>;
}

const kinds = table('kinds', 1, {
  k: 'VARCHAR',
  int: 'INT',
  bigint: 'BIGINT',
  exact: 'BIGINT(bigint)',
  double: 'DOUBLE',
  decimal: 'DECIMAL(38,10)',
  text: 'VARCHAR',
  flag: 'BOOLEAN',
  at: 'TIMESTAMP(3)',
  day: 'DATE',
});
const pairs = table('pairs', 2, { a: 'VARCHAR', b: 'BIGINT', v: 'VARCHAR' });
const missing = table('missing_here', 1, { k: 'INT', v: 'INT' });

const row = (k: string, some: Partial<Row> = {}): Row => {
  const nulls = Object.fromEntries(kinds.columns.map(({ name }) => [name, null]));
  return { ...nulls, k, ...some } as Row;
};
const VALUES: readonly Row[] = [
  row('all NULL'),
  row('greatest', {
    int: 2 ** 31 - 1,
    bigint: Number.MAX_SAFE_INTEGER,
    exact: 2n ** 63n - 1n,
    double: Number.MAX_VALUE,
    decimal: 10n ** 38n - 1n,
    text: '保险 „Ü“ \u{1F600} \' " \\ % _ \n\t',
    flag: true,
    at: Date.UTC(2037, 0, 1, 2, 3, 4, 567),
    day: 40_000,
  }),
  row('least', {
    int: -(2 ** 31),
    bigint: Number.MIN_SAFE_INTEGER,
    exact: -(2n ** 63n),
    double: 2.2250738585072014e-308,
    decimal: -(10n ** 38n - 1n),
    text: '',
    flag: false,
    at: Date.UTC(1971, 0, 1),
    day: -10_000,
  }),
  row('between', { double: 0.1 + 0.2, decimal: 1n, text: '  spaces  ', exact: 9_007_199_254_740_993n }),
];

/**
 * What every database promises, whatever it writes to.
 * @param make undefined: it cannot be had here, which is told elsewhere
 * @param looksUp false: its tables are only written
 * @param tellsLost false: a table that was lost is an empty one to it
 */
export function databaseContract(
  name: string,
  make: () => Promise<DatabasePlace | undefined>,
  { looksUp = true, tellsLost = true } = {},
): void {
  describe(`${name} keeps the contract of databases`, () => {
    let made: DatabasePlace | undefined;
    let jobs = 0;
    const open: Database[] = [];
    const connect = async (): Promise<Database> => {
      const database = await (made as DatabasePlace).connect();
      open.push(database);
      return database;
    };
    const uses = [kinds, pairs].map((schema) => use(schema, { looksUp }));
    /** A database in which a new job may write, its tables empty. */
    const claimed = async (): Promise<Database> => {
      const database = await connect();
      await database.prepare(uses);
      await database.claim(claimOf(`job ${++jobs}`, 'me', { mode: 'fresh', clear: [kinds, pairs] }));
      return database;
    };
    /** Another program that writes. */
    const elsewhere = async (schema: TableSchema, upserts: readonly Row[], deletes: readonly Row[] = []) => {
      const other = await connect();
      await other.prepare(uses);
      await other.claim(claimOf(`other ${++jobs}`, 'other'));
      await other.commit(commitOf(1, changes(schema, { upserts, deletes })), never);
    };
    const check = (what: string, work: () => Promise<void>) =>
      test(what, () => (made === undefined ? undefined : work()));
    beforeAll(async () => {
      made = await make();
    });
    afterAll(async () => {
      for (const database of open) await database.close();
      await made?.remove();
    });

    check('values of every type come back as they were written', async () => {
      const database = await claimed();
      await database.commit(commitOf(1, changes(kinds, { upserts: VALUES })), never);
      const byKey = [...VALUES].sort((a, b) => (String(a.k) < String(b.k) ? -1 : 1));
      expect(await (await connect()).rows(kinds)).toEqual(byKey);
      if (looksUp) expect(await database.lookup(kinds, VALUES, never)).toEqual(VALUES);
    });

    check('an upsert replaces the whole row, NULL too; a delete takes it away, once or twice', async () => {
      const database = await claimed();
      const full = { ...(VALUES[1] as Row), k: 'one' };
      await database.commit(commitOf(1, changes(kinds, { upserts: [full, row('two')] })), never);
      await database.commit(
        commitOf(2, changes(kinds, { upserts: [row('one', { int: 1 })], deletes: [row('two')] })),
        never,
      );
      await database.commit(commitOf(3, changes(kinds, { deletes: [row('two')] })), never);
      expect(await database.rows(kinds)).toEqual([row('one', { int: 1 })]);
    });

    check(
      'many rows with keys of two columns and odd texts: in key order, at most as many as asked for',
      async () => {
        const database = await claimed();
        const texts = ['', ' ', "'", '"', '`', '\\', '%', 'a', 'b', '保'];
        const all = texts.flatMap((a) =>
          Array.from({ length: 120 }, (_, b): Row => ({ a, b: b - 60, v: `${a}${b}` })),
        );
        await database.commit(commitOf(1, changes(pairs, { upserts: [...all].reverse() })), never);
        const found = await database.rows(pairs);
        expect(found).toHaveLength(all.length);
        expect(new Set(found.map(({ v }) => v))).toEqual(new Set(all.map(({ v }) => v)));
        const ofA = found.filter(({ a }) => a === 'a').map(({ b }) => b);
        expect(ofA).toEqual([...ofA].sort((x, y) => Number(x) - Number(y)));
        expect(await database.rows(pairs, 7)).toEqual(found.slice(0, 7));
        const gone = all.filter((_, i) => i % 3 > 0);
        await database.commit(commitOf(2, changes(pairs, { deletes: gone })), never);
        expect(await database.rows(pairs)).toHaveLength(all.length - gone.length);
      },
    );

    check(
      'prepared again, its rows stay; a table that was lost is refused where it is expected',
      async () => {
        const database = await claimed();
        await database.commit(commitOf(1, changes(kinds, { upserts: VALUES })), never);
        const again = await connect();
        await again.prepare(uses);
        expect(await again.rows(kinds)).toHaveLength(VALUES.length);
      },
    );

    if (looksUp) {
      check('looked-up rows come by place, null where there is none', async () => {
        const database = await claimed();
        const all = Array.from({ length: 260 }, (_, b): Row => ({ a: 'x', b, v: String(b) }));
        const held = all.filter((_, i) => i % 3 !== 1);
        await database.commit(commitOf(1, changes(pairs, { upserts: held })), never);
        const keys = [...all].reverse().map(({ a, b }): Row => ({ a: a ?? null, b: b ?? null }));
        expect(await database.lookup(pairs, keys, never)).toEqual(
          [...all].reverse().map((wanted) => (held.includes(wanted) ? wanted : null)),
        );
        expect(await database.lookup(pairs, [], never)).toEqual([]);
      });

      check('write-backs over what another program wrote meanwhile are not made, and named', async () => {
        const database = await claimed();
        const before = ['a', 'b', 'c', 'd'].map((a): Row => ({ a, b: 1, v: 'before' }));
        await database.commit(commitOf(1, changes(pairs, { upserts: before })), never);
        const keys = [...before, { a: 'e', b: 1, v: null }, { a: 'f', b: 1, v: null }];
        const read = await database.lookup(pairs, keys, never);
        await elsewhere(
          pairs,
          [
            { a: 'b', b: 1, v: 'theirs' },
            { a: 'f', b: 1, v: 'theirs' },
          ],
          [{ a: 'd', b: 1, v: null }],
        );
        const writeBacks = keys.map((key, i) => ({
          read: read[i] ?? null,
          row: { ...key, v: 'ours' } as Row,
        }));
        const done = await database.commit(
          { ...commitOf(2, changes(pairs, { writeBacks })), nameOvertaken: true },
          never,
        );
        expect(done.overtaken).toBe(3);
        expect((done.overtakenRows ?? []).map(({ row: { a } }) => a).sort()).toEqual(['b', 'd', 'f']);
        expect(await database.rows(pairs)).toEqual([
          { a: 'a', b: 1, v: 'ours' },
          { a: 'b', b: 1, v: 'theirs' },
          { a: 'c', b: 1, v: 'ours' },
          { a: 'e', b: 1, v: 'ours' },
          { a: 'f', b: 1, v: 'theirs' },
        ]);
      });
    }

    if (tellsLost)
      check('a table that the job has written and that is not there is refused', async () => {
        const database = await connect();
        const lost = use(missing, { expected: true, looksUp: false });
        expect(await errorOf(database.prepare([lost]))).toMatchObject({
          exitCode: 3,
          message: expect.stringContaining('missing_here'),
        });
      });
  });

  describe(name, () => fenceContract(make, looksUp));
}

/** The fence's cases over a place of their own. */
function fenceContract(make: () => Promise<DatabasePlace | undefined>, writesBack: boolean): void {
  let made: DatabasePlace | undefined;
  const open: Database[] = [];
  beforeAll(async () => {
    made = await make();
  });
  afterAll(async () => {
    for (const database of open) await database.close();
    await made?.remove();
  });
  fenceCases(
    async () => {
      const database = await (made as DatabasePlace).connect();
      open.push(database);
      return database;
    },
    { writesBack },
  );
}
