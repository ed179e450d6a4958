// Connections of a pool, and statements on one of them. All SQL goes through here.
import type { Knex } from 'knex';
import { DriverError, errorParts, faultOf } from './fault.ts';

/** What is bound to a `?`. */
export type Binding = string | number | bigint | null;
/** A row as the driver reads it: `null`, texts, and numbers where a dialect says so. */
export type RawRow = Readonly<Record<string, unknown>>;

/** One connection, for as long as it is lent. */
export interface Session {
  /** The rows of a SELECT. */
  rows(sql: string, bindings?: readonly Binding[]): Promise<readonly RawRow[]>;
  /** Runs a statement. */
  run(sql: string, bindings?: readonly Binding[]): Promise<void>;
  /** Runs a statement, and counts: of an UPDATE the rows that matched, of an INSERT those that went in. */
  count(sql: string, bindings?: readonly Binding[]): Promise<number>;
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

/** Where the drivers keep the socket of a connection: mysql2 here, pg one step below, SQLite has none. */
interface Connection {
  readonly stream?: { destroy(): void };
  readonly connection?: Pick<Connection, 'stream'>;
}
/** Milliseconds that a lent connection has to come back when the pool is closed. */
const CLOSE_GRACE = 2000;

/** Lends connections. */
export class Pool {
  readonly #lent = new Set<Connection>();
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

  /** Closes all connections. One that is lent and does not come back is broken: its server may never answer. */
  async close(): Promise<void> {
    const timer = setTimeout(() => {
      for (const { stream, connection } of this.#lent) (stream ?? connection?.stream)?.destroy();
    }, CLOSE_GRACE);
    try {
      await this.#knex.destroy();
    } finally {
      clearTimeout(timer);
    }
  }

  async #lend<T>(work: (session: Session, spoil: () => void) => Promise<T>): Promise<T> {
    const client = this.#knex.client;
    const connection = await client.acquireConnection();
    this.#lent.add(connection);
    const spoil = () => {
      // knex's own mark: such a connection is closed instead of lent.
      if (this.#answers.renewable) connection.__knex__disposed = 'spoiled';
    };
    try {
      return await work(this.#session(connection), spoil);
    } catch (error) {
      // The next try may find another server at the address: a new primary where this one has become read-only.
      if (faultOf(error).kind === 'away') spoil();
      throw error;
    } finally {
      this.#lent.delete(connection);
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
        await ask(sql, bindings);
      },
      count: async (sql, bindings = []) => {
        const answer = await ask(sql, bindings);
        return count(sql, answer) ?? Number(Object.values(rows(await ask(countSql, []))[0] ?? {})[0]);
      },
    };
  }
}

/** knex puts the statement before the message: it may be long. */
function driverError(error: unknown, sql: string): DriverError {
  const { code, message } = errorParts(error);
  const prefix = `${sql} - `;
  return new DriverError(message.startsWith(prefix) ? message.slice(prefix.length) : message, code, error);
}
