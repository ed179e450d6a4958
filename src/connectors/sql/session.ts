// Connections of a pool, and statements on one of them. All SQL goes through here.
import type { Knex } from 'knex';
import { DriverError } from './fault.ts';

/** What is bound to a `?`. */
export type Binding = string | number | bigint | null;
/** A row as the driver reads it: `null`, texts, and numbers where a dialect says so. */
export type RawRow = Readonly<Record<string, unknown>>;

/** One connection, for as long as it is lent. */
export interface Session {
  /** The rows of a SELECT. */
  rows(sql: string, bindings?: readonly Binding[]): Promise<readonly RawRow[]>;
  /** Runs a statement. Of an UPDATE: how many rows matched; of an INSERT or DELETE: how many went in or out. */
  run(sql: string, bindings?: readonly Binding[]): Promise<number>;
}

/** How a driver answers. */
export interface Answers {
  rows(answer: unknown): readonly RawRow[];
  /** Rows matched or changed; undefined where the driver does not say and `countSql` asks. */
  count(sql: string, answer: unknown): number | undefined;
  readonly countSql: string;
  readonly begin: string;
  /** May a connection be closed after an error? Not that of a database in memory. */
  readonly renewable: boolean;
}

/** Lends connections. */
export class Pool {
  readonly #knex: Knex;
  readonly #answers: Answers;

  constructor(knex: Knex, answers: Answers) {
    this.#knex = knex;
    this.#answers = answers;
  }

  /** Lends a connection. */
  async use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#lend((session) => work(session));
  }

  /** Runs `work` as one transaction. `committing` is called just before COMMIT: an error after that leaves the outcome open. */
  async transaction<T>(work: (session: Session) => Promise<T>, committing?: (result: T) => void): Promise<T> {
    return this.#lend(async (session, spoil) => {
      let open = true;
      await session.run(this.#answers.begin);
      try {
        const result = await work(session);
        committing?.(result);
        open = false;
        await session.run('COMMIT');
        return result;
      } catch (error) {
        if (!open) spoil();
        await session.run('ROLLBACK').catch(spoil);
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.#knex.destroy();
  }

  async #lend<T>(work: (session: Session, spoil: () => void) => Promise<T>): Promise<T> {
    const client = this.#knex.client;
    const connection = await client.acquireConnection();
    const spoil = () => {
      // knex's own mark: such a connection is closed instead of lent.
      if (this.#answers.renewable) connection.__knex__disposed = 'spoiled';
    };
    try {
      return await work(this.#session(connection), spoil);
    } finally {
      await client.releaseConnection(connection);
    }
  }

  #session(connection: unknown): Session {
    const ask = async (sql: string, bindings: readonly Binding[]): Promise<unknown> => {
      try {
        return await this.#knex.raw(sql, bindings as readonly Knex.RawBinding[]).connection(connection);
      } catch (error) {
        throw driverError(error, this.#knex.client.positionBindings(sql));
      }
    };
    const { rows, count, countSql } = this.#answers;
    return {
      rows: async (sql, bindings = []) => rows(await ask(sql, bindings)),
      run: async (sql, bindings = []) => {
        const answer = await ask(sql, bindings);
        return count(sql, answer) ?? Number(Object.values(rows(await ask(countSql, []))[0] ?? {})[0]);
      },
    };
  }
}

/** knex puts the statement before the message: long, and with `compileSqlOnError` unset with all values in it. */
function driverError(error: unknown, sql: string): unknown {
  if (!(error instanceof Error)) return error;
  const prefix = `${sql} - `;
  const message = error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return new DriverError(message, code, error);
}
