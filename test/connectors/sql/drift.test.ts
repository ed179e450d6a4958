import { expect, test } from '@jest/globals';
import type { TableUse } from '../../../src/connectors/database.ts';
import { eachDatabase, errorOf, table, use } from './fixture.ts';

const schema = table('shop', 1, {
  k: 'VARCHAR',
  big: 'BIGINT',
  sum: 'DOUBLE',
  money: 'DECIMAL(10,2)',
  words: 'VARCHAR',
  flag: 'BOOLEAN',
  at: 'TIMESTAMP(3)',
  day: 'DATE',
});

/** Columns that fit, by name; a case replaces some. */
const FITTING = {
  sqlite: {
    k: 'TEXT NOT NULL',
    big: 'BIGINT',
    sum: 'REAL',
    money: 'TEXT',
    words: 'VARCHAR(7)',
    flag: 'BOOLEAN',
    at: 'DATETIME',
    day: 'DATE',
  },
  mysql: {
    ...{
      k: 'VARCHAR(20) COLLATE EXACT NOT NULL',
      big: 'INT',
      sum: 'DOUBLE',
      money: 'DECIMAL(12,3)',
    },
    ...{ words: 'CHAR(7) COLLATE utf8mb4_general_ci', flag: 'TINYINT(1)', at: 'DATETIME(6)', day: 'DATE' },
  },
  postgres: {
    ...{ k: 'varchar(20) NOT NULL', big: 'int', sum: 'float8', money: 'numeric' },
    ...{ words: 'varchar(7)', flag: 'bool', at: 'timestamptz', day: 'date' },
  },
} as const;
type Columns = Readonly<Record<string, string>>;
interface Case {
  readonly columns?: Columns;
  readonly without?: string;
  readonly key?: string;
  readonly end?: string;
  readonly use?: Partial<TableUse>;
  /** In order; none: it fits. */
  readonly differences: readonly string[];
}

const written: Partial<TableUse> = { looksUp: false };
const read: Partial<TableUse> = { writes: false };
const ALL: readonly Case[] = [
  { use: written, differences: [] },
  { columns: { more: 'INT', filled: 'INT DEFAULT 1 NOT NULL' }, use: written, differences: [] },
  {
    columns: { more: 'INT NOT NULL' },
    use: written,
    differences: ['column more is not declared, NOT NULL and without a default: no row could be inserted'],
  },
  { columns: { more: 'INT NOT NULL' }, use: read, differences: [] },
  {
    without: 'sum',
    key: 'PRIMARY KEY (k, day)',
    use: written,
    differences: ['column sum is missing', 'its primary key is (k, day), (k) is declared'],
  },
  { key: 'CHECK (1 = 1)', use: read, differences: ['its primary key is none, (k) is declared'] },
];
const CASES: Readonly<Record<keyof typeof FITTING, readonly Case[]>> = {
  sqlite: [
    {
      columns: {
        k: 'TEXT COLLATE NOCASE',
        big: 'TEXT',
        money: 'DECIMAL(10,2)',
        words: 'INTEGER NOT NULL',
        sum: 'BLOB',
      },
      use: { ...written, writesNull: ['words'] },
      differences: [
        'key column k would merge different keys: its collation is NOCASE',
        'column big is TEXT, BIGINT is declared',
        'column sum is BLOB, DOUBLE is declared',
        'column money is DECIMAL(10,2), DECIMAL(10,2) is declared',
        'column words is INTEGER, VARCHAR is declared',
      ],
    },
    { columns: { k: 'TEXT COLLATE NOCASE', words: 'TEXT COLLATE NOCASE' }, use: read, differences: [] },
    {
      columns: { words: 'TEXT COLLATE RTRIM NOT NULL' },
      use: { ...written, writesNull: ['sum'] },
      differences: [],
    },
    {
      columns: { words: 'TEXT NOT NULL' },
      use: { ...written, writesNull: ['words'] },
      differences: ['column words is NOT NULL, and the job may write NULL into it'],
    },
  ],
  mysql: [
    {
      columns: {
        k: 'VARCHAR(20) COLLATE utf8mb4_bin',
        big: 'VARCHAR(20)',
        sum: 'FLOAT',
        money: 'DECIMAL(10,1)',
        words: 'BLOB',
        flag: 'DATE',
        at: 'DATETIME',
        day: 'TIME NOT NULL',
      },
      use: { ...written, writesNull: ['day'] },
      differences: [
        'key column k would merge different keys: its collation utf8mb4_bin ignores blanks at the end',
        'column big is varchar(20), BIGINT is declared',
        'column sum is float, DOUBLE is declared',
        'column money is decimal(10,1): it would round the 2 decimals of DECIMAL(10,2)',
        'column words is blob, VARCHAR is declared',
        'column flag is date, BOOLEAN is declared',
        'column at is datetime: it would cut milliseconds',
        'column day is time, DATE is declared',
      ],
    },
    {
      columns: { k: 'VARCHAR(20) COLLATE utf8mb4_general_ci', sum: 'FLOAT', at: 'DATETIME' },
      use: read,
      differences: [],
    },
    {
      columns: { k: 'VARCHAR(20) COLLATE utf8mb4_general_ci', money: 'DECIMAL(9,2)' },
      use: written,
      differences: [
        'key column k would merge different keys: its collation is utf8mb4_general_ci',
        'column money is decimal(9,2): it is too short for DECIMAL(10,2)',
      ],
    },
    {
      columns: { k: 'LONGTEXT COLLATE EXACT' },
      key: 'PRIMARY KEY (k(10))',
      use: written,
      differences: ['key column k would merge different keys: the key takes its first 10 characters alone'],
    },
    {
      columns: { k: 'CHAR(20) COLLATE EXACT' },
      use: written,
      differences: ['key column k would merge different keys: CHAR cuts blanks at the end'],
    },
    {
      key: 'PRIMARY KEY (k), UNIQUE KEY by_day (day, big)',
      end: 'ENGINE = MyISAM',
      use: written,
      differences: [
        'its engine MyISAM has no transactions: ALTER TABLE `shop` ENGINE=InnoDB',
        'its unique index by_day besides the primary key could make an upsert replace another row',
      ],
    },
    {
      differences: [
        'column at is datetime(6): finer than it is read, so that a write-back could not tell whether it changed; TIMESTAMP(3) is needed',
      ],
    },
    {
      columns: { sum: 'FLOAT', at: 'DATETIME(3)' },
      differences: ['column sum is float, DOUBLE is declared'],
    },
    {
      columns: { K: FITTING.mysql.k, SUM: 'DOUBLE' },
      without: 'k',
      key: 'PRIMARY KEY (K)',
      use: read,
      differences: [],
    },
  ],
  postgres: [
    {
      columns: {
        k: 'char(20)',
        big: 'text',
        sum: 'real',
        money: 'numeric(10,1)',
        words: 'jsonb',
        flag: 'int',
        at: 'timestamp(0)',
        day: 'timestamp',
      },
      use: written,
      differences: [
        'key column k would merge different keys: CHAR ignores blanks at the end',
        'column big is text, BIGINT is declared',
        'column sum is real, DOUBLE is declared',
        'column money is numeric(10,1): it would round the 2 decimals of DECIMAL(10,2)',
        'column words is jsonb, VARCHAR is declared',
        'column flag is integer, BOOLEAN is declared',
        'column at is timestamp(0) without time zone: it would cut milliseconds',
        'column day is timestamp without time zone, DATE is declared',
      ],
    },
    { columns: { k: 'char(20)', sum: 'real' }, use: read, differences: [] },
    {
      columns: {
        money: 'numeric(9,2)',
        words: 'text NOT NULL',
        id: 'serial',
        stamp: 'timestamptz NOT NULL DEFAULT now()',
      },
      use: { ...written, writesNull: ['words'] },
      differences: [
        'column money is numeric(9,2): it is too short for DECIMAL(10,2)',
        'column words is NOT NULL, and the job may write NULL into it',
      ],
    },
    {
      differences: [
        'column at is timestamp with time zone: finer than it is read, so that a write-back could not tell whether it changed; TIMESTAMP(3) is needed',
      ],
    },
    {
      columns: { K: 'text NOT NULL' },
      without: 'k',
      key: 'PRIMARY KEY ("K")',
      use: read,
      differences: ['column k is missing', 'its primary key is (K), (k) is declared'],
    },
  ],
};

eachDatabase('drift', (opened) => {
  const quote = (name: string) => (opened.kind === 'mysql' ? `\`${name}\`` : `"${name}"`);
  // MariaDB and MySQL have each their own that merges nothing.
  const exactCollation = async () => {
    if (opened.kind !== 'mysql') return '';
    const [row] = await opened.server.sql('SELECT VERSION() AS version');
    return /mariadb/i.test(String(row?.version)) ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
  };
  const cases = [...ALL, ...CASES[opened.kind]].map((one, number) => ({ number, ...one }));

  test.each(cases)(
    'case $number: $differences',
    async ({ columns, without, key = 'PRIMARY KEY (k)', end = '', use: also, differences }) => {
      const all: Record<string, string> = { ...FITTING[opened.kind], ...columns };
      if (without !== undefined) delete all[without];
      if (columns?.SUM) delete all.sum;
      const list = Object.entries(all).map(([name, type]) => `${quote(name)} ${type}`);
      await opened.server.sql('DROP TABLE IF EXISTS shop');
      const sql = `CREATE TABLE shop (${[...list, key].join(', ')}) ${end}`;
      await opened.server.sql(sql.replaceAll('EXACT', await exactCollation()));
      const database = await opened.open();
      if (differences.length === 0) return database.prepare([use(schema, also)]);
      const error = await errorOf(database.prepare([use(schema, also)]));
      expect(error.exitCode).toBe(2);
      expect(error.message.split('\n')).toEqual([
        `${database.label} does not fit the catalog; change the one or the other, nothing was written:`,
        ...differences.map((difference) => `  table shop: ${difference}`),
      ]);
    },
  );

  test('all tables are listed, and none is created', async () => {
    await opened.server.sql('DROP TABLE IF EXISTS shop');
    await opened.server.sql('CREATE TABLE one_off (k INT PRIMARY KEY)');
    const one = { ...table('one', 1, { k: 'INT', v: 'INT' }), tableName: 'one_off' };
    await opened.server.sql('CREATE TABLE two_off (v INT PRIMARY KEY)');
    const two = { ...one, name: 'two', tableName: 'two_off' };
    const database = await opened.open();
    const error = await errorOf(database.prepare([use(schema), use(one), use(two)]));
    expect(error.message.split('\n').slice(1)).toEqual([
      '  table one (one_off): column v is missing',
      '  table two (two_off): column k is missing',
      '  table two (two_off): its primary key is (v), (k) is declared',
    ]);
    await expect(opened.server.sql('SELECT * FROM shop')).rejects.toThrow();
  });

  if (opened.kind === 'mysql')
    test.each([
      ['MyISAM', 'engine_1', false],
      ['MEMORY', 'engine `2`', false],
      ['MyISAM', 'engine_3', true],
      ['MyISAM', 'millrace_fence', false],
    ])('engine %s without transactions of %s, looked up as well: %p', async (engine, name, looksUp) => {
      const own = table(name === 'millrace_fence' ? 'engine_4' : name, 1, { k: 'INT' });
      await opened.server.sql('DROP TABLE IF EXISTS millrace_fence');
      const columns =
        name === 'millrace_fence'
          ? 'job VARCHAR(200) COLLATE EXACT, owner TEXT, epoch BIGINT, committed_at DATETIME(3), complete_to DATETIME(3), PRIMARY KEY (job)'
          : 'k INT PRIMARY KEY';
      await opened.server.sql(
        `CREATE TABLE \`${name.replaceAll('`', '``')}\` (${columns.replace('EXACT', await exactCollation())}) ENGINE = ${engine}`,
      );
      const database = await opened.open();
      // The fence is as it was left, and reading needs no transaction.
      if (name !== 'millrace_fence') await database.prepare([use(own, { writes: false })]);
      const error = await errorOf(database.prepare([use(own, { looksUp })]));
      expect(error.exitCode).toBe(2);
      const [, line] = error.message.split('\n');
      expect(line).toMatch(`  table ${name}: its engine ${engine} has no transactions: ALTER TABLE `);
      await opened.server.sql(String(/ALTER TABLE .*/.exec(error.message)));
      await database.prepare([use(own, { looksUp })]);
    });

  if (opened.kind === 'postgres')
    test('an UNLOGGED table, that a crash empties, is not written', async () => {
      await opened.server.sql('CREATE UNLOGGED TABLE "Un logged" (k int PRIMARY KEY)');
      const own = table('Un logged', 1, { k: 'INT' });
      const database = await opened.open();
      await database.prepare([use(own, read)]);
      const error = await errorOf(database.prepare([use(own)]));
      expect(error.exitCode).toBe(2);
      expect(error.message).toContain(
        'table Un logged: it is UNLOGGED, and empty after a crash of the server',
      );
      await opened.server.sql(String(/ALTER TABLE .*/.exec(error.message)));
      await database.prepare([use(own)]);
    });

  if (opened.kind === 'postgres')
    test('a collation that is not deterministic merges keys', async () => {
      await opened.server.sql(
        "CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
      );
      await opened.server.sql('CREATE TABLE blinded (k text COLLATE blind PRIMARY KEY)');
      const database = await opened.open();
      const error = await errorOf(database.prepare([use(table('blinded', 1, { k: 'VARCHAR' }))]));
      expect(error.message).toContain(
        'key column k would merge different keys: its collation blind is not deterministic',
      );
    });
});
