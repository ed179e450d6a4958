// The real databases of the tests. A server that is not there is skipped with a loud line; where CI=true that is an error.
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import knexModule, { type Knex } from 'knex';
import { SqliteClient } from '../src/sqlite/sqlite-client.ts';

export type DatabaseKind = 'sqlite' | 'mysql' | 'postgres';

/** A database of a test file's own, and a connection beside Millrace's to look into it. */
export interface TestDatabase {
  readonly kind: DatabaseKind;
  readonly url: string;
  /** Runs SQL as another program would; answers the rows. */
  sql(text: string, bindings?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Runs SQL in one transaction, committed when `work` is done. */
  transaction<T>(work: (sql: TestDatabase['sql']) => Promise<T>): Promise<T>;
  /** Drops the database. */
  drop(): Promise<void>;
}

/** Addresses of the servers; the databases of the tests are created beside the named one. */
const SERVERS = {
  mysql: process.env.MILLRACE_TEST_MYSQL ?? 'mysql://root@127.0.0.1:3306/test',
  postgres: process.env.MILLRACE_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432/test',
} as const;

const absent = new Set<DatabaseKind>();
for (const kind of ['mysql', 'postgres'] as const) if (!(await listens(SERVERS[kind]))) absent.add(kind);
for (const kind of absent) {
  const { host } = new URL(SERVERS[kind as keyof typeof SERVERS]);
  const line = `${kind} is not there (${host}); MILLRACE_TEST_${kind.toUpperCase()} names another, docker-compose.yml starts one`;
  if (process.env.CI === 'true') throw new Error(line);
  process.stderr.write(`\n!!! SKIPPED, NOT TESTED: ${line}\n\n`);
}

/** The kinds of database that tests can run against here. */
export const databaseKinds: readonly DatabaseKind[] = (['sqlite', 'mysql', 'postgres'] as const).filter(
  (kind) => !absent.has(kind),
);

/** Makes an empty database; `name` is the test file's own: letters, digits and underscores. */
export async function createDatabase(kind: DatabaseKind, name: string): Promise<TestDatabase> {
  if (kind === 'sqlite') return createSqlite();
  const url = new URL(SERVERS[kind]);
  const own = `millrace_test_${name}_${process.pid}`;
  const admin = connect(kind, url.href);
  await admin.raw(`DROP DATABASE IF EXISTS ${own}`);
  await admin.raw(`CREATE DATABASE ${own}`);
  await admin.destroy();
  url.pathname = `/${own}`;
  const knex = connect(kind, url.href);
  return {
    kind,
    url: url.href,
    sql: (text, bindings) => run(kind, knex, text, bindings),
    transaction: (work) =>
      knex.transaction((trx) => work((text, bindings) => run(kind, trx, text, bindings))),
    drop: async () => {
      await knex.destroy();
      const last = connect(kind, SERVERS[kind]);
      await last.raw(`DROP DATABASE IF EXISTS ${own}${kind === 'postgres' ? ' WITH (FORCE)' : ''}`);
      await last.destroy();
    },
  };
}

function createSqlite(): TestDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  const file = join(folder, 'test.db');
  const knex = connect('sqlite', file);
  return {
    kind: 'sqlite',
    url: `sqlite:${file}`,
    sql: (text, bindings) => run('sqlite', knex, text, bindings),
    transaction: (work) =>
      knex.transaction((trx) => work((text, bindings) => run('sqlite', trx, text, bindings))),
    drop: async () => {
      await knex.destroy();
      rmSync(folder, { recursive: true });
    },
  };
}

function connect(kind: DatabaseKind, address: string): Knex {
  if (kind === 'sqlite')
    return knexModule.default({
      client: SqliteClient,
      connection: { filename: address },
      useNullAsDefault: true,
      // A test waits for nobody.
      pool: { min: 0, max: 1, idleTimeoutMillis: 50, reapIntervalMillis: 20 },
    });
  const { hostname: host, port, username: user, password, pathname } = new URL(address);
  const database = decodeURIComponent(pathname.slice(1));
  const connection = {
    host,
    port: Number(port),
    user: decodeURIComponent(user),
    password: decodeURIComponent(password),
    database,
  };
  if (kind === 'postgres') return knexModule.default({ client: 'pg', connection, pool: { min: 0, max: 2 } });
  return knexModule.default({
    client: 'mysql2',
    connection: {
      ...connection,
      supportBigNumbers: true,
      bigNumberStrings: true,
      dateStrings: true,
      charset: 'utf8mb4',
    },
    pool: { min: 0, max: 2 },
  });
}

async function run(
  kind: DatabaseKind,
  knex: Knex,
  text: string,
  bindings: readonly unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const answer = await knex.raw(text, bindings as Knex.RawBinding[]);
  if (kind === 'sqlite') return answer;
  return kind === 'mysql' ? answer[0] : answer.rows;
}

function listens(address: string): Promise<boolean> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port), timeout: 2000 });
    const end = (there: boolean) => {
      socket.destroy();
      resolve(there);
    };
    socket.on('connect', () => end(true));
    socket.on('error', () => end(false));
    socket.on('timeout', () => end(false));
  });
}
