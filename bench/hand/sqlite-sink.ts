import * as sqlite3 from 'sqlite3';
import type { TableSchema } from '../../src/plan/schema.ts';
import type { Row, Value } from '../../src/values/sql-type.ts';
import type { HandJob } from './hand-job.ts';
import { readLines } from './read-lines.ts';

// The driver's declarations lack the default export, which alone is complete.
const { Database } = (sqlite3 as unknown as { default: typeof sqlite3 }).default;

const STORAGE: Readonly<Record<string, string>> = { BIGINT: 'INTEGER', DOUBLE: 'REAL', VARCHAR: 'TEXT' };

/** Runs a job written by hand over a file of NDJSON and writes one table to SQLite: one transaction each `epochRows` events. */
export async function runIntoSqlite<E>(
  input: string,
  job: HandJob<E>,
  sink: SqliteSink,
  epochRows: number,
): Promise<void> {
  const touched = new Map<Value, Row>();
  let n = 0;
  for await (const lines of readLines(input)) {
    for (const line of lines) {
      const row = job.add(JSON.parse(line) as E);
      if (row !== undefined) touched.set(row[sink.key] as Value, row);
      if (++n % epochRows === 0) await sink.commit(job, touched);
    }
  }
  if (n % epochRows !== 0) await sink.commit(job, touched);
}

/** Rows of one statement. */
const MOST = 200;

/** A table in a SQLite file, written with prepared upserts of up to 200 rows through the driver that the engine uses. */
export class SqliteSink {
  /** The primary key: one column. */
  readonly key: string;
  readonly #table: TableSchema;
  readonly #db: sqlite3.Database;
  /** By number of rows. */
  readonly #upserts = new Map<number, sqlite3.Statement>();
  readonly #remove: sqlite3.Statement;
  #keys = new Set<Value>();

  /** @param synchronous as the engine's: what a commit waits for */
  constructor(file: string, table: TableSchema, synchronous: 'FULL' | 'NORMAL') {
    this.key = table.primaryKey[0] as string;
    this.#table = table;
    this.#db = new Database(file);
    this.#db.serialize();
    this.#db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}`);
    const columns = table.columns.map(({ name, type }) => `${name} ${STORAGE[type]}`);
    this.#db.exec(`CREATE TABLE ${table.tableName} (${columns}, PRIMARY KEY (${this.key}))`);
    this.#remove = this.#db.prepare(`DELETE FROM ${table.tableName} WHERE ${this.key} = ?`);
  }

  /** One transaction: the rows that the epoch touched, or of a small table all rows, without those that are gone. */
  async commit<E>(job: HandJob<E>, touched: Map<Value, Row>): Promise<void> {
    this.#db.run('BEGIN');
    if (job.changed === 'all') {
      for (const row of job.tables()[this.#table.name] ?? []) touched.set(row[this.key] as Value, row);
      for (const key of this.#keys) if (!touched.has(key)) this.#remove.run(key);
      this.#keys = new Set(touched.keys());
    }
    const rows = [...touched.values()];
    for (let i = 0; i < rows.length; i += MOST) {
      const part = rows.slice(i, i + MOST);
      this.#upsert(part.length).run(part.flatMap((row) => Object.values(row)));
    }
    touched.clear();
    await new Promise<void>((resolve, reject) => {
      this.#db.run('COMMIT', (error) => (error === null ? resolve() : reject(error)));
    });
  }

  #upsert(rows: number): sqlite3.Statement {
    let statement = this.#upserts.get(rows);
    if (statement === undefined) {
      const { tableName, columns } = this.#table;
      const values = Array.from({ length: rows }, () => `(${columns.map(() => '?')})`);
      const others = columns.map(({ name }) => name).filter((name) => name !== this.key);
      const set = others.map((name) => `${name} = excluded.${name}`);
      statement = this.#db.prepare(
        `INSERT INTO ${tableName} VALUES ${values} ON CONFLICT (${this.key}) DO UPDATE SET ${set}`,
      );
      this.#upserts.set(rows, statement);
    }
    return statement;
  }

  async close(): Promise<void> {
    for (const statement of [...this.#upserts.values(), this.#remove]) statement.finalize();
    await new Promise((resolve) => this.#db.close(resolve));
  }
}
