// The promises of a database, the same for all: values, commits, look-ups, write-backs.
import { expect, test } from '@jest/globals';
import type { Database } from '../../../src/connectors/database.ts';
import type { TableSchema } from '../../../src/plan/schema.ts';
import type { Row } from '../../../src/values/sql-type.ts';
import { changes, commitOf, eachDatabase, errorOf, never, table, use } from './fixture.ts';

const types = {
  int: 'INT',
  big: 'BIGINT',
  exact: 'BIGINT(bigint)',
  double: 'DOUBLE',
  money: 'DECIMAL(20,4)',
  words: 'VARCHAR',
  flag: 'BOOLEAN',
  at: 'TIMESTAMP(3)',
  day: 'DATE',
} as const;

const row = (k: string, some: Row = {}): Row => ({
  ...{
    k,
    n: 1,
    int: null,
    big: null,
    exact: null,
    double: null,
    money: null,
    words: null,
    flag: null,
    at: null,
    day: null,
  },
  ...some,
});

eachDatabase('sql_database', (opened) => {
  let jobs = 0;
  /** A claimed database with these tables, and a function that commits its next epoch. */
  async function started(...tables: TableSchema[]) {
    const database = await opened.open();
    await database.prepare(tables.map((schema) => use(schema)));
    await database.claim({
      job: `job ${++jobs}`,
      owner: `owner ${jobs}`,
      epoch: 0,
      mode: 'continue',
      clear: [],
    });
    let epoch = 0;
    const commit = (
      ...all: Parameters<typeof commitOf> extends [number, ...infer Changes] ? Changes : never
    ) => database.commit(commitOf(++epoch, ...all), never);
    return { database, commit };
  }
  const put = (schema: TableSchema, upserts: readonly Row[]) => changes(schema, { upserts });

  test('every value comes back exactly, by one key column and by two', async () => {
    const one = table('values_1', 1, { k: 'VARCHAR', n: 'BIGINT', ...types });
    const two = table('values_2', 2, { k: 'VARCHAR', n: 'BIGINT', ...types });
    const { database, commit } = await started(one, two);
    const big = 'x"\'`\\\u{1f600}\r\n\t'.repeat(10_000);
    const rows = [
      row('greatest', {
        ...{ int: 2 ** 31 - 1, big: 2 ** 53 - 1, exact: 2n ** 63n - 1n, double: 1.7976931348623157e308 },
        ...{
          money: 99_999_999_999_999_999_999n,
          words: big,
          flag: true,
          at: Date.UTC(9999, 11, 31, 23, 59, 59, 999),
          day: 20_000,
        },
      }),
      row('least', {
        ...{ int: -(2 ** 31), big: -(2 ** 53 - 1), exact: -(2n ** 63n), double: 5e-324 },
        ...{ money: -99_999_999_999_999_999_999n, words: big, flag: false, at: -1, day: -1 },
      }),
      row('plain', {
        int: 0,
        big: 2 ** 31,
        exact: 2n ** 53n + 1n,
        double: 0.1 + 0.2,
        money: -5n,
        words: '',
        at: 0,
        day: 0,
      }),
      row('a double that looks like an integer', { double: 2 ** 53, words: "'; DROP TABLE values_1; --" }),
      row('empty'),
      ...[
        '',
        ' ',
        'a',
        'A',
        'a ',
        '\u00e4',
        'a\u0308',
        'ss',
        '\u00df',
        'NULL',
        "'",
        '"',
        '`',
        '\\',
        '\\\\',
        '?',
        '%_',
        '\u{1f600}',
        '\uffff',
      ].map((k) => row(k)),
    ];
    await commit(put(one, rows), put(two, rows));
    for (const schema of [one, two]) {
      const absent = row('A ', { n: 1 });
      expect(await database.lookup(schema, [...rows, absent], never)).toEqual([...rows, null]);
      expect(await database.lookup(schema, [absent, ...rows].reverse(), never)).toEqual([
        ...[...rows].reverse(),
        null,
      ]);
    }
    expect(await database.lookup(two, [row('plain', { n: 2 })], never)).toEqual([null]);
  });

  test('doubles of every size come back exactly', async () => {
    const schema = table('doubles', 1, { n: 'INT', double: 'DOUBLE' });
    const { database, commit } = await started(schema);
    const bits = new DataView(new ArrayBuffer(8));
    let seed = 1;
    const next = () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) | 0;
      return seed ^ (seed >>> 16);
    };
    const rows: Row[] = [];
    while (rows.length < 4000) {
      bits.setInt32(
        0,
        rows.length % 2 === 0 ? next() : (next() & 0x800f_ffff) | ((1000 + (next() & 63)) << 20),
      );
      bits.setInt32(4, next());
      const double = bits.getFloat64(0);
      if (Number.isFinite(double)) rows.push({ n: rows.length, double });
    }
    await commit(put(schema, rows));
    const found = await database.lookup(schema, rows, never);
    expect(found.filter((each, i) => each?.double !== rows[i]?.double)).toEqual([]);
  });

  test('upserts replace whole rows, deletes take rows away, rows of others stay', async () => {
    const schema = table('changing', 2, { a: 'VARCHAR', b: 'INT', x: 'DOUBLE', y: 'VARCHAR' });
    const { database, commit } = await started(schema);
    await opened.server.sql(`INSERT INTO changing VALUES ('other', 1, 1, 'o')`);
    await commit(
      put(schema, [
        { a: 'p', b: 1, x: 1, y: 'p' },
        { a: 'q', b: 1, x: 1, y: 'q' },
        { a: 'q', b: 2, x: 1, y: 'q' },
      ]),
    );
    await commit(
      changes(schema, {
        upserts: [
          { a: 'q', b: 1, x: null, y: 'Q' },
          { a: 'r', b: 0, x: 2, y: null },
        ],
        deletes: [
          { a: 'p', b: 1 },
          { a: 'never', b: 1 },
        ],
      }),
    );
    expect(await database.rows(schema)).toEqual([
      { a: 'other', b: 1, x: 1, y: 'o' },
      { a: 'q', b: 1, x: null, y: 'Q' },
      { a: 'q', b: 2, x: 1, y: 'q' },
      { a: 'r', b: 0, x: 2, y: null },
    ]);
    expect(await database.rows(schema, 1)).toEqual([{ a: 'other', b: 1, x: 1, y: 'o' }]);
  });

  test('a table that is all key', async () => {
    const schema = table('all_key', 1, { k: 'VARCHAR' });
    const { database, commit } = await started(schema);
    await commit(put(schema, [{ k: 'a' }, { k: 'b' }]));
    await commit(changes(schema, { upserts: [{ k: 'a' }, { k: 'c' }], deletes: [{ k: 'b' }] }));
    const { overtaken } = await commit(
      changes(schema, {
        writeBacks: [
          { read: { k: 'a' }, row: { k: 'a' } },
          { read: { k: 'b' }, row: { k: 'b' } },
          { read: null, row: { k: 'd' } },
        ],
      }),
    );
    expect(overtaken).toBe(1);
    expect(await database.rows(schema)).toEqual([{ k: 'a' }, { k: 'c' }, { k: 'd' }]);
  });

  test('more rows than one statement takes', async () => {
    const schema = table('many', 1, { k: 'BIGINT', ...types });
    const { database, commit } = await started(schema);
    const rows = Array.from({ length: 8000 }, (_, i) => ({ ...row('', { big: i * 3 }), k: i }) as Row).map(
      ({ n: _, ...rest }) => rest,
    );
    await commit(put(schema, rows));
    expect(await database.lookup(schema, rows, never)).toEqual(rows);
    const next = rows.map((each) => ({ ...each, big: (each.big as number) + 1 }));
    expect(
      await commit(changes(schema, { writeBacks: rows.map((read, i) => ({ read, row: next[i] as Row })) })),
    ).toEqual({ overtaken: 0 });
    expect(await database.rows(schema)).toEqual(next);
    await commit(changes(schema, { deletes: rows }));
    expect(await database.rows(schema)).toEqual([]);
  });

  test('texts that together are more than a packet', async () => {
    const schema = table('heavy', 1, { k: 'INT', t: 'VARCHAR' });
    const { database, commit } = await started(schema);
    const rows = Array.from({ length: 20 }, (_, k) => ({ k, t: `${k}\\${'x'.repeat(900_000)}'` }));
    await commit(put(schema, rows));
    const found = await database.lookup(schema, rows, never);
    expect(found.every((each, i) => each?.t === rows[i]?.t)).toBe(true);
  });

  test('names with quotes, backslashes, blanks, keywords', async () => {
    const schema = table('order "by" `x\\', 1, {
      'select " \' ` \\': 'VARCHAR',
      'group; --': 'DOUBLE',
      '\u00fc $1 :a': 'VARCHAR',
    });
    const { database, commit } = await started(schema);
    const make = (k: string, d: number, t: string): Row => ({
      'select " \' ` \\': k,
      'group; --': d,
      '\u00fc $1 :a': t,
    });
    await commit(put(schema, [make('a', 1, '?'), make('b', 2, '??')]));
    const [read] = await database.lookup(schema, [make('a', 0, '')], never);
    expect(
      await commit(
        changes(schema, {
          writeBacks: [{ read: read ?? null, row: make('a', 3, '\\?') }],
          deletes: [make('b', 0, '')],
        }),
      ),
    ).toEqual({ overtaken: 0 });
    expect(await database.rows(schema)).toEqual([make('a', 3, '\\?')]);
  });

  test('a write-back applies only where the row still is what was read, in every column and byte', async () => {
    const schema = table('dimension', 1, { k: 'VARCHAR', n: 'BIGINT', ...types });
    const { database, commit } = await started(schema);
    const full = {
      int: 1,
      big: 2,
      exact: 3n,
      double: 0.1,
      money: 15n,
      words: 'Words',
      flag: true,
      at: 1,
      day: 1,
    };
    const other: Record<string, Row> = {
      int: { int: 2 },
      big: { big: 2 ** 53 - 1 },
      exact: { exact: 2n ** 63n - 1n },
      double: { double: 0.1 + 2e-17 },
      money: { money: 16n },
      case: { words: 'words' },
      blank: { words: 'Words ' },
      accent: { words: 'W\u00f6rds' },
      gone: { words: null },
      flag: { flag: false },
      at: { at: 2 },
      day: { day: 2 },
    };
    const keys = ['same', 'nothing', 'deleted', ...Object.keys(other), 'filled'];
    const start = keys.map((k) => (k === 'nothing' || k === 'filled' ? row(k) : row(k, full)));
    await commit(put(schema, start));
    const reads = await database.lookup(schema, start, never);
    expect(reads).toEqual(start);
    // Others write meanwhile.
    const theirs = Object.entries(other).map(([k, some]) => row(k, { ...full, ...some }));
    theirs.push(row('filled', { words: '' }), row('appeared', full));
    await commit(changes(schema, { upserts: theirs, deletes: [row('deleted')] }));
    const result = await commit(
      changes(schema, {
        writeBacks: [
          ...start.map(({ k }, i) => ({ read: reads[i] ?? null, row: row(k as string, { words: 'back' }) })),
          { read: null, row: row('appeared', { words: 'back' }) },
          { read: null, row: row('still absent', { words: 'back' }) },
        ],
      }),
    );
    const expected = [
      ...theirs,
      row('same', { words: 'back' }),
      row('nothing', { words: 'back' }),
      row('still absent', { words: 'back' }),
    ];
    // 0.1 + 2e-17 is the next double.
    expect(full.double).not.toBe(other.double?.double);
    expect(new Set(await database.rows(schema))).toEqual(new Set(expected));
    expect(result).toEqual({ overtaken: keys.length - 2 + 1 });
  });

  test('a write-back that changes nothing is not overtaken, and one alone counts as well', async () => {
    const schema = table('same', 1, { k: 'INT', t: 'VARCHAR' });
    const { commit } = await started(schema);
    const held = { k: 1, t: 'x' };
    await commit(put(schema, [held]));
    expect(await commit(changes(schema, { writeBacks: [{ read: held, row: held }] }))).toEqual({
      overtaken: 0,
    });
    expect(await commit(changes(schema, { writeBacks: [{ read: null, row: held }] }))).toEqual({
      overtaken: 1,
    });
    expect(await commit(changes(schema, { writeBacks: [{ read: null, row: { k: 2, t: 'y' } }] }))).toEqual({
      overtaken: 0,
    });
  });

  test('an epoch that cannot be written leaves nothing behind, and names the table', async () => {
    const schema = table('strict', 1, { k: 'INT', t: 'VARCHAR' });
    await opened.server.sql(`CREATE TABLE strict (k INT PRIMARY KEY, t VARCHAR(10) CHECK (t <> 'bad'))`);
    const database = await opened.open();
    await database.prepare([use(schema, { looksUp: false })]);
    await database.claim({ job: 'strict', owner: 'o', epoch: 0, mode: 'continue', clear: [] });
    const attempt = (t: string) =>
      database.commit(
        commitOf(
          1,
          put(schema, [
            { k: 1, t: 'good' },
            { k: 2, t },
          ]),
        ),
        never,
      );
    expect(await errorOf(attempt('bad'))).toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/^\w+:.*: cannot write table strict: .*(constraint|CONSTRAINT)/),
    });
    if (opened.kind !== 'sqlite') {
      const error = await errorOf(attempt('much too long'));
      expect(error.message).toMatch(/too long/i);
      expect(error.message).not.toContain('INSERT');
    }
    expect(await database.rows(schema)).toEqual([]);
    await attempt('fine');
    expect(await database.rows(schema)).toEqual([
      { k: 1, t: 'good' },
      { k: 2, t: 'fine' },
    ]);
  });

  test('a reader never sees a mixture of two epochs, in one table or across two', async () => {
    const left = table('left_side', 1, { k: 'INT', epoch: 'INT' });
    const right = table('right_side', 1, { k: 'INT', epoch: 'INT' });
    const { commit } = await started(left, right);
    const all = (epoch: number) => Array.from({ length: 200 }, (_, k): Row => ({ k, epoch }));
    const seen = new Set<string>();
    let done = false;
    const reader = (async () => {
      while (!done) {
        const rows = await opened.server.sql(
          'SELECT COUNT(*) AS n, MIN(epoch) AS least, MAX(epoch) AS most FROM (SELECT epoch FROM left_side UNION ALL SELECT epoch FROM right_side) AS b',
        );
        const { n, least, most } = rows[0] as Record<string, unknown>;
        seen.add(`${n} ${least === most ? 'one epoch' : `${least} and ${most}`}`);
      }
    })();
    for (let epoch = 1; epoch <= 40; epoch++) await commit(put(left, all(epoch)), put(right, all(epoch)));
    done = true;
    await reader;
    seen.delete('0 one epoch');
    expect([...seen]).toEqual(['400 one epoch']);
  });

  test('what is beyond exact reading ends the look-up with table, key and column', async () => {
    const schema = table('beyond', 1, { k: 'VARCHAR', big: 'BIGINT' });
    const { database } = await started(schema);
    await opened.server.sql("INSERT INTO beyond VALUES ('key', 9007199254740993)");
    const error = await errorOf(database.lookup(schema, [{ k: 'key' }], never));
    expect(error.exitCode).toBe(1);
    expect(error.message).toBe(
      `${(database as Database).label}: table beyond, key k key, column big: 9007199254740993 is beyond 2^53: declare the column bigint({ mode: 'bigint' })`,
    );
  });

  test('a key beyond the range of its column is not there', async () => {
    const schema = table('narrow', 1, { k: 'BIGINT', t: 'VARCHAR' });
    await opened.server.sql('CREATE TABLE narrow (k INT PRIMARY KEY, t VARCHAR(10))');
    const { database, commit } = await started(schema);
    await commit(put(schema, [{ k: 7, t: 'x' }]));
    expect(await database.lookup(schema, [{ k: 2 ** 40 }, { k: 7 }], never)).toEqual([
      null,
      { k: 7, t: 'x' },
    ]);
  });

  test('no key is no question', async () => {
    const schema = table('none', 1, { k: 'INT' });
    const { database } = await started(schema);
    expect(await database.lookup(schema, [], never)).toEqual([]);
  });
});
