// Opening: knex and the drivers are loaded here, when a database is needed.
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Knex } from 'knex';
import { wrong } from '../../errors.ts';
import { mayGenerate } from '../../values/generate.ts';
import type { ServerAddress, SqliteAddress } from './database-url.ts';
import { MYSQL_ANSWERS } from './mysql.ts';
import { POSTGRES_ANSWERS } from './postgres.ts';
import { Pool } from './session.ts';
import { SQLITE_ANSWERS } from './sqlite.ts';

/** Milliseconds to wait for a server to accept a connection. */
const CONNECT_TIMEOUT = 5000;
/** Seconds to wait for another's lock before the transaction is tried anew and a line says so. */
const LOCK_TIMEOUT = 10;
/** Seconds after which a server ends a session that went silent: cut off within a transaction, it would hold the fence. */
const SILENCE = 120;

const silent = () => {};
const COMMON = {
  // Errors are ours to report: knex would print to the console.
  log: { warn: silent, error: silent, debug: silent, deprecate: silent },
  compileSqlOnError: false,
  acquireConnectionTimeout: 60_000,
} satisfies Partial<Knex.Config>;

type Raw = { query(sql: string, done: (error: unknown) => void): void };
const afterConnect = (sql: string) => (connection: Raw, done: (error: unknown, connection: Raw) => void) =>
  connection.query(sql, (error) => done(error, connection));

/** A pool for a SQLite file of its one writer. Exit 2 where the file cannot be written. */
export async function connectSqlite(
  { file, label }: SqliteAddress,
  synchronous: 'FULL' | 'NORMAL',
): Promise<Pool> {
  if (file !== ':memory:') await checkFile(file, label);
  const [{ default: knex }, { SqliteClient }] = await Promise.all([
    import('knex'),
    import('../../sqlite/sqlite-client.ts'),
  ]);
  const setUp = `PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA cache_size = -32000`;
  type Exec = { exec(sql: string, done: (error: unknown) => void): void };
  return new Pool(
    knex.default({
      ...COMMON,
      client: SqliteClient,
      connection: { filename: file },
      useNullAsDefault: true,
      pool: {
        // One: SQLite has one writer; and a database in memory is its connection.
        min: 1,
        max: 1,
        afterCreate: (connection: Exec, done: (error: unknown, connection: Exec) => void) =>
          connection.exec(setUp, (error) => done(error, connection)),
      },
    }),
    SQLITE_ANSWERS,
  );
}

async function checkFile(file: string, label: string): Promise<void> {
  const folder = dirname(resolve(file));
  const may = (path: string, mode: number) =>
    access(path, mode).then(
      () => true,
      () => false,
    );
  if (!(await may(folder, constants.F_OK)))
    throw wrong(`${label}: there is no folder ${folder}: create it, or name another file`);
  const exists = await may(file, constants.F_OK);
  // SQLite keeps its log beside the file, so the folder must be writable in any case.
  if (!(await may(folder, constants.W_OK | constants.X_OK)))
    throw wrong(`${label}: the folder ${folder} is not writable`);
  if (exists && !(await may(file, constants.R_OK | constants.W_OK)))
    throw wrong(`${label}: the file is not writable`);
}

/** What the drivers are told of TLS. Exit 2 where the file of the authorities cannot be read. */
async function tlsOf({
  tls,
  label,
}: ServerAddress): Promise<{ rejectUnauthorized: boolean; ca?: string } | undefined> {
  if (tls === undefined) return undefined;
  const { verify, authorities } = tls;
  if (authorities === undefined) return { rejectUnauthorized: verify };
  const ca = await readFile(authorities, 'utf8').catch((error: Error) => {
    throw wrong(`${label}: sslrootcert: ${error.message}`, error);
  });
  return { rejectUnauthorized: verify, ca };
}

/** A pool for MySQL or MariaDB; connects when it is used. */
export async function connectMysql(address: ServerAddress): Promise<Pool> {
  const { default: knex } = await import('knex');
  const { host, port, user, password, database } = address;
  const tls = await tlsOf(address);
  return new Pool(
    knex.default({
      ...COMMON,
      client: 'mysql2',
      connection: {
        ...{ host, port, user, password, database },
        // The driver compares the host with the certificate only where it is told to.
        ...(tls === undefined
          ? {}
          : {
              ssl: { ...tls, verifyIdentity: tls.rejectUnauthorized } as Knex.MySql2ConnectionConfig['ssl'],
            }),
        charset: 'utf8mb4',
        timezone: 'Z',
        connectTimeout: CONNECT_TIMEOUT,
        multipleStatements: false,
        dateStrings: true,
        supportBigNumbers: true,
        bigNumberStrings: true,
        // Everything as text: the driver's own numbers and dates are not exact.
        typeCast: (field: { string(): string | null }) => field.string(),
        flags: '-FOUND_ROWS',
        // The driver makes functions from text, too, and does not look whether it may.
        disableEval: !mayGenerate(),
      } as Knex.MySql2ConnectionConfig,
      pool: {
        min: 0,
        max: 3,
        // Without NO_BACKSLASH_ESCAPES: the driver quotes with backslashes.
        afterCreate: afterConnect(
          `SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00', autocommit = 1, innodb_lock_wait_timeout = ${LOCK_TIMEOUT}, lock_wait_timeout = ${LOCK_TIMEOUT}, wait_timeout = ${SILENCE}`,
        ),
      },
    }),
    MYSQL_ANSWERS,
  );
}

/** A pool for PostgreSQL; connects when it is used. */
export async function connectPostgres(address: ServerAddress): Promise<Pool> {
  const { default: knex } = await import('knex');
  const { host, port, user, password, database } = address;
  const tls = await tlsOf(address);
  return new Pool(
    knex.default({
      ...COMMON,
      client: 'pg',
      connection: {
        ...{ host, port, user, password, database },
        // Else the driver compares a certificate with 'localhost' where the host is an address.
        ssl: tls === undefined ? false : { ...tls, host },
        connectionTimeoutMillis: CONNECT_TIMEOUT,
        keepAlive: true,
        application_name: 'millrace',
        // Everything as the server's text: exact.
        types: { getTypeParser: () => (text: string) => text },
      } as Knex.PgConnectionConfig,
      pool: {
        min: 0,
        max: 3,
        afterCreate: afterConnect(
          `SET datestyle = 'ISO, YMD'; SET timezone = 'UTC'; SET extra_float_digits = 3; SET lock_timeout = '${LOCK_TIMEOUT}s'; SET idle_in_transaction_session_timeout = '${SILENCE}s'`,
        ),
      },
    }),
    POSTGRES_ANSWERS,
  );
}
