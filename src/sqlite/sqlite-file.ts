import { access, constants } from 'node:fs/promises';
import type { Knex } from 'knex';

/** What is bound to a `?`. Integers are written as such by `CAST(? AS INTEGER)`. */
export type SqliteBinding = string | number | Buffer | null;

/** How a file is opened. */
export interface SqliteFileOptions {
  /** `EXTRA`, `FULL`: a commit survives a power cut; `NORMAL`: the end of the process alone. Default `FULL`. */
  readonly synchronous?: 'EXTRA' | 'FULL' | 'NORMAL' | undefined;
  /** The file must be there, and is not changed. Others may write it meanwhile. */
  readonly readOnly?: boolean;
}

const silent = () => {};
type Exec = { exec(sql: string, done: (error: unknown) => void): void };

/** A SQLite file of our own (WAL), on one connection: statements run in order. Errors are the driver's (`code`: `SQLITE_FULL` …). */
export class SqliteFile {
  readonly #knex: Knex;
  #connection: unknown;

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** Opens a file; makes it where there is none. Rejects where it cannot be opened, or is no database. */
  static async open(path: string, options: SqliteFileOptions = {}): Promise<SqliteFile> {
    const { synchronous = 'FULL', readOnly = false } = options;
    if (readOnly) await access(path, constants.R_OK);
    const [{ default: knex }, { SqliteClient }] = await Promise.all([
      import('knex'),
      import('./sqlite-client.ts'),
    ]);
    // A reader of WAL has to write its index beside the file, so nobody opens it read-only.
    const setUp = readOnly
      ? 'PRAGMA busy_timeout = 10000; PRAGMA query_only = 1'
      : `PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA journal_size_limit = 16777216`;
    const file = new SqliteFile(
      knex.default({
        client: SqliteClient,
        connection: { filename: path },
        useNullAsDefault: true,
        log: { warn: silent, error: silent, debug: silent, deprecate: silent },
        compileSqlOnError: false,
        pool: {
          min: 1,
          max: 1,
          afterCreate: (connection: Exec, done: (error: unknown, connection: Exec) => void) =>
            connection.exec(setUp, (error) => done(error, connection)),
        },
      }),
    );
    try {
      file.#connection = await file.#knex.client.acquireConnection();
      // The file is read when it is asked the first time.
      await file.rows('SELECT count(*) FROM sqlite_schema');
    } catch (error) {
      await file.close().catch(silent);
      throw error;
    }
    return file;
  }

  /** The rows of a query. */
  async rows<T>(sql: string, bindings: readonly SqliteBinding[] = []): Promise<readonly T[]> {
    return await this.#knex.raw(sql, bindings as readonly Knex.RawBinding[]).connection(this.#connection);
  }

  /** Runs a statement. */
  async run(sql: string, bindings: readonly SqliteBinding[] = []): Promise<void> {
    await this.rows(sql, bindings);
  }

  /** Runs statements as one transaction, which is durable when it answers. */
  async transaction(work: () => Promise<void>): Promise<void> {
    await this.run('BEGIN IMMEDIATE');
    try {
      await work();
      await this.run('COMMIT');
    } catch (error) {
      await this.run('ROLLBACK').catch(silent);
      throw error;
    }
  }

  /** Writes all that is in the file now into another one, which is not there or empty. Others may write this one meanwhile. */
  async copyInto(path: string): Promise<void> {
    await this.run('PRAGMA query_only = 0');
    await this.run('VACUUM INTO ?', [path]);
  }

  async close(): Promise<void> {
    if (this.#connection !== undefined) await this.#knex.client.releaseConnection(this.#connection);
    this.#connection = undefined;
    await this.#knex.destroy();
  }
}
