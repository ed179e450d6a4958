// Look-ups in tables that others made: collations that merge, text forms of their own.
import { expect, test } from '@jest/globals';
import { eachDatabase, errorOf, never, table, use } from './fixture.ts';

const BLIND = {
  sqlite: 'TEXT COLLATE NOCASE',
  mysql: 'VARCHAR(50) COLLATE utf8mb4_general_ci',
  postgres: 'char(20)',
} as const;

eachDatabase('lookup', (opened) => {
  test('a collation that ignores case, accents or blanks never answers for another key', async () => {
    const schema = table('blind', 1, { k: 'VARCHAR', v: 'INT' });
    await opened.server.sql(`CREATE TABLE blind (k ${BLIND[opened.kind]} PRIMARY KEY, v INT)`);
    await opened.server.sql("INSERT INTO blind VALUES ('abc', 1), ('DEF', 2)");
    const database = await opened.open();
    await database.prepare([use(schema, { writes: false })]);
    const keys = ['ABC', 'abc', 'abc ', '\u00e4bc', 'def', 'DEF', 'Def'].map((k) => ({ k }));
    expect(await database.lookup(schema, keys, never)).toEqual([
      ...[null, { k: 'abc', v: 1 }, null, null],
      ...[null, { k: 'DEF', v: 2 }, null],
    ]);
  });

  test('a text form of others is read; where the job writes back, it is refused with table, key and column', async () => {
    const schema = table('foreign_form', 1, { k: 'INT', at: 'TIMESTAMP(3)', money: 'DECIMAL(10,2)' });
    const [at, money] = {
      sqlite: ['TEXT', 'TEXT'],
      mysql: ['DATETIME(6)', 'DECIMAL(10,4)'],
      postgres: ['timestamptz', 'numeric'],
    }[opened.kind] as [string, string];
    await opened.server.sql(`CREATE TABLE foreign_form (k INT PRIMARY KEY, at ${at}, money ${money})`);
    await opened.server.sql("INSERT INTO foreign_form VALUES (1, '2025-01-15T02:00:00.5', '1.5')");
    const reader = await opened.open();
    await reader.prepare([use(schema, { writes: false })]);
    const held = { k: 1, at: Date.UTC(2025, 0, 15, 2, 0, 0, 500), money: 150n };
    expect(await reader.lookup(schema, [{ k: 1 }], never)).toEqual([held]);
    if (opened.kind !== 'sqlite') return;
    const writer = await opened.open();
    await writer.prepare([use(schema)]);
    expect(await errorOf(writer.lookup(schema, [{ k: 1 }], never))).toMatchObject({
      exitCode: 1,
      message: `${writer.label}: table foreign_form, key k 1, column at: '2025-01-15T02:00:00.5' is not in the form in which a job writes it back, and could not be compared`,
    });
  });

  test('more decimals than declared are not rounded', async () => {
    const schema = table('finer', 1, { k: 'INT', money: 'DECIMAL(10,2)' });
    await opened.server.sql(
      `CREATE TABLE finer (k INT PRIMARY KEY, money ${opened.kind === 'sqlite' ? 'TEXT' : 'DECIMAL(10,4)'})`,
    );
    await opened.server.sql("INSERT INTO finer VALUES (1, '1.5550'), (2, '1.5500')");
    const database = await opened.open();
    await database.prepare([use(schema, { writes: false })]);
    expect(await database.lookup(schema, [{ k: 2 }], never)).toEqual([{ k: 2, money: 155n }]);
    expect((await errorOf(database.lookup(schema, [{ k: 1 }], never))).message).toContain(
      'table finer, key k 1, column money: 1.5550 has more than the 2 decimals of DECIMAL(10,2)',
    );
  });
});
