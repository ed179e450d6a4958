import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Database } from '../connectors/database.ts';
import type { LookupCacheOptions } from '../connectors/lookup-cache-options.ts';
import { MillraceError } from '../errors.ts';
import { tablesOf } from '../plan/derive/tables.ts';
import type { JobPlan } from '../plan/node.ts';
import { settingPath } from './config/check-config.ts';
import type { EnvironmentConfig, TableConnector } from './config/define-config.ts';
import { CONFIG } from './config/load-config.ts';
import { resolveConnector, resolveText } from './config/resolve-connector.ts';
import type { Log } from './log.ts';

/** The databases of a job. */
export interface Connected {
  /** By the catalog's name of the table; one object may serve several. */
  readonly databases: Readonly<Record<string, Database>>;
  /** Each once. */
  readonly all: readonly Database[];
  close(): Promise<void>;
}

/** A database of SQLite below `.millrace/` gets its folder; elsewhere a missing folder is a mistake. */
async function makeOwnFolder(url: string): Promise<void> {
  const match = /^sqlite:(?:\.\/)?(\.millrace\/.+)$/.exec(url);
  if (match !== null) await mkdir(dirname(match[1] as string), { recursive: true });
}

/** Where a table is, and what says so. */
export interface Address {
  readonly url: string;
  /** The setting that holds the URL; undefined: the command line. */
  readonly setting: string | undefined;
  /** How it is looked up; undefined: it is asked each time. */
  readonly cache: LookupCacheOptions | undefined;
}

/** The address of each table's database in an environment, by the catalog's name of the table. */
export function databaseAddresses(
  plan: JobPlan,
  environment: EnvironmentConfig,
  name: string,
): ReadonlyMap<string, Address> {
  return new Map(
    tablesOf(plan).map(({ table }) => {
      const { connector, path } = resolveConnector(environment, name, 'tables', table.name);
      const setting = settingPath(path, 'url');
      const url = resolveText(connector.url, setting, plan.name);
      return [table.name, { url, setting, cache: cacheOf(connector) }];
    }),
  );
}

/** How a table is looked up; undefined: each time in the database. */
export function cacheOf({ cache, ...rest }: TableConnector): LookupCacheOptions | undefined {
  if (cache === undefined || cache === 'none') return undefined;
  return { cache, cacheSize: rest.cacheSize, cacheTTLMs: rest.cacheTTLMs };
}

/** One address for all tables of a job. */
export const oneAddress = (plan: JobPlan, url: string): ReadonlyMap<string, Address> =>
  new Map(tablesOf(plan).map(({ table }) => [table.name, { url, setting: undefined, cache: undefined }]));

/** The error with the setting that is at fault. */
function atSetting(error: unknown, setting: string | undefined): unknown {
  if (setting === undefined || !(error instanceof MillraceError)) return error;
  return new MillraceError(error.exitCode, `${CONFIG}: ${setting}: ${error.message}`, { cause: error.cause });
}

/** Opens the database of each table, one object for all tables of one URL. What was opened is closed where one fails. */
export async function openDatabases(addresses: ReadonlyMap<string, Address>, log: Log): Promise<Connected> {
  const { openDatabase } = await import('../connectors/sql/open-database.ts');
  const opened = new Map<string, Database>();
  const databases: Record<string, Database> = {};
  const close = async (): Promise<void> => {
    for (const database of opened.values()) await database.close();
  };
  try {
    for (const [table, { url, setting }] of addresses) {
      let database = opened.get(url);
      if (database === undefined) {
        await makeOwnFolder(url);
        database = await openDatabase(url, { log: (line) => log.passing(line) }).catch((error: unknown) => {
          throw atSetting(error, setting);
        });
        database = await withCaches(database, url, addresses);
        opened.set(url, database);
      }
      databases[table] = database;
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { databases, all: [...opened.values()], close };
}

/** A database with the caches of those of its tables that have one. */
async function withCaches(
  database: Database,
  url: string,
  addresses: ReadonlyMap<string, Address>,
): Promise<Database> {
  const caches = [...addresses].flatMap(([table, address]) =>
    address.url === url && address.cache !== undefined ? [[table, address.cache] as const] : [],
  );
  if (caches.length === 0) return database;
  const { cachedDatabase } = await import('../connectors/cached-database.ts');
  return cachedDatabase(database, Object.fromEntries(caches));
}

/** All tables of a job in one database. */
export const oneDatabase = (plan: JobPlan, database: Database): Connected => ({
  databases: Object.fromEntries(tablesOf(plan).map(({ table }) => [table.name, database])),
  all: [database],
  close: () => database.close(),
});
