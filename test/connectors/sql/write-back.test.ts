// Write-backs into tables that others made: whatever the collation, a row is compared byte by byte.
import { expect, test } from '@jest/globals';
import { changes, commitOf, eachDatabase, never, table, use } from './fixture.ts';

eachDatabase('write_back', (opened) => {
  const blind: Record<typeof opened.kind, readonly string[]> = {
    sqlite: ['TEXT COLLATE NOCASE', 'TEXT COLLATE RTRIM'],
    mysql: [
      'VARCHAR(50) COLLATE utf8mb4_general_ci',
      'VARCHAR(50) CHARACTER SET latin1 COLLATE latin1_german1_ci',
    ],
    postgres: ['text COLLATE blind', 'varchar(50)'],
  };

  test.each([0, 1])('a change that a collation does not see is a change (%p)', async (which) => {
    if (opened.kind === 'postgres' && which === 0)
      await opened.server.sql(
        "CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level1', deterministic = false)",
      );
    const schema = table(`blind_${which}`, 1, { k: 'INT', t: 'VARCHAR' });
    await opened.server.sql(
      `CREATE TABLE blind_${which} (k INT PRIMARY KEY, t ${blind[opened.kind][which]})`,
    );
    const database = await opened.open();
    await database.prepare([use(schema)]);
    await database.claim({ job: `job ${which}`, owner: 'o', epoch: 0, mode: 'continue', clear: [] });
    const theirs = ['Wort', 'wort', 'wort ', 'w\u00f6rt', 'Wort', ''];
    const ours = ['wort', 'wort', 'wort', 'wort', null, null];
    for (const [k, t] of theirs.entries())
      await opened.server.sql(`INSERT INTO blind_${which} VALUES (?, ?)`, [k, t]);
    const writeBacks = ours.map((t, k) => ({ read: { k, t }, row: { k, t: 'Back' } }));
    expect(await database.commit(commitOf(1, changes(schema, { writeBacks })), never)).toEqual({
      overtaken: 5,
    });
    expect((await database.rows(schema)).map(({ t }) => t)).toEqual([
      'Wort',
      'Back',
      'wort ',
      'w\u00f6rt',
      'Wort',
      '',
    ]);
    // What was read is what is compared.
    const reads = await database.lookup(
      schema,
      writeBacks.map(({ row }) => row),
      never,
    );
    const again = reads.map((read, k) => ({ read, row: { k, t: null } }));
    expect(await database.commit(commitOf(2, changes(schema, { writeBacks: again })), never)).toEqual({
      overtaken: 0,
    });
    expect(new Set((await database.rows(schema)).map(({ t }) => t))).toEqual(new Set([null]));
  });

  test('a write-back is applied in the transaction of the epoch: another that cannot be written takes it back', async () => {
    const schema = table('together', 1, { k: 'INT', t: 'VARCHAR' });
    const strict = table('zz_strict', 1, { k: 'INT', t: 'VARCHAR' });
    await opened.server.sql("CREATE TABLE zz_strict (k INT PRIMARY KEY, t VARCHAR(10) CHECK (t <> 'bad'))");
    const database = await opened.open();
    await database.prepare([use(schema), use(strict)]);
    await database.claim({ job: 'together', owner: 'o', epoch: 0, mode: 'continue', clear: [] });
    const insert = changes(schema, { writeBacks: [{ read: null, row: { k: 1, t: 'x' } }] });
    const bad = changes(strict, { upserts: [{ k: 1, t: 'bad' }] });
    await expect(database.commit(commitOf(1, insert, bad), never)).rejects.toMatchObject({ exitCode: 1 });
    expect(await database.rows(schema)).toEqual([]);
    const good = changes(strict, { upserts: [{ k: 1, t: 'good' }] });
    expect(await database.commit(commitOf(1, insert, good), never)).toEqual({ overtaken: 0 });
    expect(await database.rows(schema)).toEqual([{ k: 1, t: 'x' }]);
  });
});
