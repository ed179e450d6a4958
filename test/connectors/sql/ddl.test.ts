import { describe, expect, test } from '@jest/globals';
import { createTable, refusedNames } from '../../../src/connectors/sql/ddl.ts';
import { mysqlDialect } from '../../../src/connectors/sql/mysql.ts';
import { POSTGRES } from '../../../src/connectors/sql/postgres.ts';
import { SQLITE } from '../../../src/connectors/sql/sqlite.ts';
import type { TableSchema } from '../../../src/plan/schema.ts';
import { table } from './fixture.ts';

const all: TableSchema = {
  ...table('catalog_name', 2, {
    k: 'VARCHAR',
    l: 'BIGINT',
    i: 'INT',
    e: 'BIGINT(bigint)',
    d: 'DOUBLE',
    m: 'DECIMAL(20,4)',
    t: 'VARCHAR',
    f: 'BOOLEAN',
    a: 'TIMESTAMP(3)',
    y: 'DATE',
  }),
  tableName: 'physical',
};
const named = (length: number | null, nullable: boolean): TableSchema => ({
  ...all,
  columns: all.columns.map((column) =>
    column.name === 'k' || column.name === 't' ? { ...column, length, nullable } : column,
  ),
});

describe('createTable', () => {
  test('SQLite', () => {
    expect(createTable(SQLITE, all)).toBe(
      'CREATE TABLE IF NOT EXISTS "physical" ("k" TEXT NOT NULL, "l" INTEGER NOT NULL, "i" INTEGER NULL, "e" INTEGER NULL, "d" REAL NULL, "m" TEXT NULL, "t" TEXT NULL, "f" INTEGER NULL, "a" TEXT NULL, "y" TEXT NULL, PRIMARY KEY ("k", "l"))',
    );
  });

  const columns =
    '(`k` VARCHAR(255) NOT NULL, `l` BIGINT NOT NULL, `i` INT NULL, `e` BIGINT NULL, `d` DOUBLE NULL, `m` DECIMAL(20,4) NULL, `t` LONGTEXT NULL, `f` TINYINT(1) NULL, `a` DATETIME(3) NULL, `y` DATE NULL, PRIMARY KEY (`k`, `l`))';
  test.each([
    ['10.11.19-MariaDB-0+deb12u1', 'utf8mb4_nopad_bin'],
    ['8.4.3', 'utf8mb4_0900_bin'],
  ])('MySQL %s', (version, collation) => {
    expect(createTable(mysqlDialect({ version, maxAllowedPacket: 1e7 }), all)).toBe(
      `CREATE TABLE IF NOT EXISTS \`physical\` ${columns} ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=${collation}`,
    );
  });

  test('PostgreSQL', () => {
    expect(createTable(POSTGRES, all)).toBe(
      'CREATE TABLE IF NOT EXISTS "physical" ("k" varchar(255) COLLATE "C" NOT NULL, "l" bigint NOT NULL, "i" integer NULL, "e" bigint NULL, "d" double precision NULL, "m" numeric(20,4) NULL, "t" text COLLATE "C" NULL, "f" boolean NULL, "a" timestamp(3) NULL, "y" date NULL, PRIMARY KEY ("k", "l"))',
    );
  });

  test('a length of the catalog sizes a key; a column that is never NULL says so', () => {
    const sql = createTable(POSTGRES, named(40, false));
    expect(sql).toContain('"k" varchar(40) COLLATE "C" NOT NULL');
    expect(sql).toContain('"t" text COLLATE "C" NOT NULL');
  });
});

test('names that a database cannot take', () => {
  const bad = { ...all, tableName: 'a?b' };
  expect(refusedNames(SQLITE, bad)).toEqual(["the name 'a?b' holds a ? or U+0000"]);
  const long = { ...table('t', 1, { ['\u00fc'.repeat(32)]: 'INT', '': 'INT' }), tableName: 'x'.repeat(65) };
  expect(refusedNames(SQLITE, long)).toEqual(["the column name '' is empty"]);
  expect(refusedNames(mysqlDialect({ version: '8', maxAllowedPacket: 1e7 }), long)).toEqual([
    `the name '${'x'.repeat(65)}' is longer than 64 characters`,
    "the column name '' is empty",
  ]);
  expect(refusedNames(POSTGRES, long)).toEqual([
    `the name '${'x'.repeat(65)}' is longer than 63 bytes and would be cut`,
    `the column name '${'\u00fc'.repeat(32)}' is longer than 63 bytes and would be cut`,
    "the column name '' is empty",
  ]);
});
