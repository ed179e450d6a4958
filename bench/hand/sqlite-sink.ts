import * as sqlite3 from 'sqlite3';
import type { TableSchema } from '../../src/plan/schema.ts';
import type { Row, Value } from '../../src/values/sql-type.ts';
import { MOST_ROWS, type TableSink } from './table-sink.ts';

// The driver's declarations lack the default export, which alone is complete.
const { Database } = (sqlite3 as unknown as { default: typeof sqlite3 }).default;

const STORAGE: Readonly<Record<string, string>> = { BIGINT: 'INTEGER', DOUBLE: 'REAL', VARCHAR: 'TEXT' };

/** A table in a SQLite file, written with prepared upserts of up to 200 rows through the driver that the engine uses. */
export class SqliteSink implements TableSink {
  readonly table: string;
  readonly key: string;
  readonly #schema: TableSchema;
  readonly #db: sqlite3.Database;
  /** By number of rows. */
  readonly #upserts = new Map<number, sqlite3.Statement>();
  readonly #remove: sqlite3.Statement;

  /** @param synchronous as the engine's: what a commit waits for */
  constructor(file: string, table: TableSchema, synchronous: 'FULL' | 'NORMAL') {
    this.table = table.name;
    this.key = table.primaryKey[0] as string;
    this.#schema = table;
    this.#db = new Database(file);
    this.#db.serialize();
    this.#db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}`);
    const columns = table.columns.map(({ name, type }) => `${name} ${STORAGE[type]}`);
    this.#db.exec(`CREATE TABLE ${table.tableName} (${columns}, PRIMARY KEY (${this.key}))`);
    this.#remove = this.#db.prepare(`DELETE FROM ${table.tableName} WHERE ${this.key} = ?`);
  }

  async commit(upserts: readonly Row[], deletes: readonly Value[]): Promise<void> {
    this.#db.run('BEGIN');
    for (const key of deletes) this.#remove.run(key);
    for (let i = 0; i < upserts.length; i += MOST_ROWS) {
      const part = upserts.slice(i, i + MOST_ROWS);
      this.#upsert(part.length).run(part.flatMap((row) => Object.values(row)));
    }
    await new Promise<void>((resolve, reject) => {
      this.#db.run('COMMIT', (error) => (error === null ? resolve() : reject(error)));
    });
  }

  #upsert(rows: number): sqlite3.Statement {
    let statement = this.#upserts.get(rows);
    if (statement === undefined) {
      const { tableName, columns } = this.#schema;
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
