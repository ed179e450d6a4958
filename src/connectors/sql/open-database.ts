import type { Database } from '../database.ts';
import { connectMysql, connectPostgres, connectSqlite } from './connect.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { mysqlDialect } from './mysql.ts';
import { POSTGRES } from './postgres.ts';
import { SqlDatabase } from './sql-database.ts';
import { SQLITE } from './sqlite.ts';

/** How a database is opened. */
export interface OpenOptions {
  /** Takes lines about a database that is waited for. */
  readonly log?: (line: string) => void;
  /** SQLite: `NORMAL` may lose the last commits when the machine (not the process) fails. Default `FULL`. */
  readonly synchronous?: 'FULL' | 'NORMAL';
}

/**
 * Opens the tables behind an address: `sqlite:FILE`, `mysql://…`, `mariadb://…`, `postgres://…`, `postgresql://…`.
 * Exit 2 where the address is none, or the file of SQLite cannot be written. A server is contacted by `prepare`.
 *
 * @example await openDatabase('sqlite:out.db')
 */
export async function openDatabase(url: string, options: OpenOptions = {}): Promise<Database> {
  const { log = () => {}, synchronous = 'FULL' } = options;
  const address = parseDatabaseUrl(url);
  const common = { label: address.label, log };
  switch (address.kind) {
    case 'sqlite':
      return new SqlDatabase({
        ...common,
        pool: await connectSqlite(address, synchronous),
        dialect: async () => SQLITE,
        // What is left in the log goes into the file, so that the file can be copied alone.
        farewell: ['PRAGMA busy_timeout = 2000', 'PRAGMA wal_checkpoint(TRUNCATE)'],
      });
    case 'mysql':
      return new SqlDatabase({
        ...common,
        pool: await connectMysql(address),
        dialect: async (session) => {
          const [server] = await session.rows('SELECT VERSION() AS version, @@max_allowed_packet AS packet');
          return mysqlDialect({ version: String(server?.version), maxAllowedPacket: Number(server?.packet) });
        },
        farewell: [],
      });
    case 'postgres':
      return new SqlDatabase({
        ...common,
        pool: await connectPostgres(address),
        dialect: async () => POSTGRES,
        farewell: [],
      });
  }
}
