import { describe, expect, test } from '@jest/globals';
import type { Dialect } from '../../../src/connectors/sql/dialect.ts';
import { durabilityWarnings } from '../../../src/connectors/sql/durability.ts';
import { DriverError } from '../../../src/connectors/sql/fault.ts';
import { mysqlDialect } from '../../../src/connectors/sql/mysql.ts';
import { openDatabase } from '../../../src/connectors/sql/open-database.ts';
import { POSTGRES } from '../../../src/connectors/sql/postgres.ts';
import type { RawRow, Session } from '../../../src/connectors/sql/session.ts';
import { SQLITE } from '../../../src/connectors/sql/sqlite.ts';
import { createDatabase } from '../../databases.ts';
import { eachDatabase, table, use } from './fixture.ts';

const schema = table('durable', 1, { k: 'INT' });

eachDatabase('durability', (opened) => {
  test('a database that keeps its commits is not warned of, one that may lose them is', async () => {
    const { kind, server } = opened;
    const database = await opened.open();
    expect(await database.prepare([use(schema)])).toEqual([]);
    if (kind === 'sqlite') return;
    const set = (value: string) =>
      kind === 'mysql'
        ? server.sql(`SET GLOBAL innodb_flush_log_at_trx_commit = ${value === 'on' ? 1 : 2}`)
        : server.sql(
            `ALTER DATABASE ${new URL(server.url).pathname.slice(1)} SET synchronous_commit = ${value}`,
          );
    await set('off');
    try {
      const other = await opened.open();
      expect(await other.prepare([use(schema)])).toEqual([
        kind === 'mysql'
          ? `${other.label}: the last commits may be lost when the server's machine fails: innodb_flush_log_at_trx_commit is 2, 1 keeps them`
          : `${other.label}: the last commits may be lost when the server or its machine fails: synchronous_commit is off, on keeps them`,
      ]);
    } finally {
      await set('on');
    }
  });
});

test('SQLite with synchronous NORMAL', async () => {
  const server = await createDatabase('sqlite', 'durability_normal');
  const database = await openDatabase(server.url, { synchronous: 'NORMAL' });
  expect(await database.prepare([use(schema)])).toEqual([
    `${database.label}: the last commits may be lost when the machine fails: synchronous is NORMAL, FULL keeps them`,
  ]);
  await database.close();
  await server.drop();
});

describe('settings that no test may change on a server', () => {
  const answering = (rows: readonly RawRow[] | Error): Session => ({
    rows: async () => {
      if (rows instanceof Error) throw rows;
      return rows;
    },
    run: async () => {},
    count: async () => 0,
  });
  const mysql = mysqlDialect({ version: '10', maxAllowedPacket: 1e6 });
  const settings = (all: Record<string, string>) =>
    Object.entries(all).map(([name, setting]) => ({ name, setting }));

  test.each<[string, Dialect, readonly RawRow[], readonly RegExp[]]>([
    ['MySQL at its best', mysql, [{ flush: '1', sync: '1', log: '1' }], []],
    ['a sync_binlog without a binary log', mysql, [{ flush: '1', sync: '0', log: '0' }], []],
    ['more than 1 of MariaDB', mysql, [{ flush: '3', sync: '1', log: '1' }], []],
    ['a binary log that is not synced', mysql, [{ flush: '1', sync: '0', log: '1' }], [/sync_binlog is 0/]],
    [
      'both of MySQL',
      mysql,
      [{ flush: '0', sync: '100', log: '1' }],
      [/the server or its machine fails: innodb_flush_log_at_trx_commit is 0/, /sync_binlog is 100/],
    ],
    [
      'PostgreSQL at its best',
      POSTGRES,
      settings({ fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' }),
      [],
    ],
    [
      'local without a standby',
      POSTGRES,
      settings({ synchronous_commit: 'local', synchronous_standby_names: '' }),
      [],
    ],
    [
      'local with a standby',
      POSTGRES,
      settings({ synchronous_commit: 'local', synchronous_standby_names: 'one' }),
      [/when a standby takes over: synchronous_commit is local/],
    ],
    [
      'all of PostgreSQL',
      POSTGRES,
      settings({ fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }),
      [/fsync is off/, /full_page_writes is off/, /synchronous_commit is off/],
    ],
    ['SQLite OFF', SQLITE, [{ synchronous: 0 }], [/synchronous is OFF/]],
    ['SQLite EXTRA', SQLITE, [{ synchronous: 3 }], []],
  ])('%s', async (_, dialect, rows, lines) => {
    const warnings = await durabilityWarnings('here', dialect, answering(rows));
    expect(warnings).toEqual(lines.map((line) => expect.stringMatching(line)));
    for (const line of warnings) expect(line).toMatch(/^here: [^\n]+$/);
  });

  test('no warning where they cannot be read; a database that is away is waited for', async () => {
    const denied = new DriverError('no', '42501', undefined);
    expect(await durabilityWarnings('here', POSTGRES, answering(denied))).toEqual([]);
    const away = new DriverError('gone', 'ECONNRESET', undefined);
    await expect(durabilityWarnings('here', POSTGRES, answering(away))).rejects.toBe(away);
  });
});
