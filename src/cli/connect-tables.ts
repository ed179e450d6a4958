import type { Database } from '../connectors/database.ts';
import type { LookupCacheOptions } from '../connectors/lookup-cache-options.ts';
import { tablesOf } from '../plan/derive/tables.ts';
import type { JobPlan } from '../plan/node.ts';
import { settingPath } from './config/check-config.ts';
import type { EnvironmentConfig } from './config/define-config.ts';
import { atSetting } from './config/open-at.ts';
import { resolveConnector } from './config/resolve-connector.ts';
import type { TableConnector } from './config/table-connectors.ts';
import type { Log } from './log.ts';
import { type Place, placeOf, sqlPlace } from './table-place.ts';

/** The databases of a job. */
export interface Connected {
  /** By the catalog's name of the table; one object may serve several. */
  readonly databases: Readonly<Record<string, Database>>;
  /** Each once. */
  readonly all: readonly Database[];
  close(): Promise<void>;
}

/** Where a table is, and what says so. */
export interface Address {
  readonly place: Place;
  /** The setting that says where it is; undefined: the command line. */
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
      const setting = connector.connector === 'sql' ? settingPath(path, 'url') : path;
      return [table.name, { place: placeOf(connector, path, plan.name), setting, cache: cacheOf(connector) }];
    }),
  );
}

/** How a table is looked up; undefined: each time in the database. */
export function cacheOf(connector: TableConnector): LookupCacheOptions | undefined {
  if (!('cache' in connector)) return undefined;
  const { cache, cacheSize, cacheTTLMs } = connector;
  return cache === undefined || cache === 'none' ? undefined : { cache, cacheSize, cacheTTLMs };
}

/** One address for all tables of a job. */
export const oneAddress = (plan: JobPlan, url: string): ReadonlyMap<string, Address> =>
  new Map(
    tablesOf(plan).map(({ table }) => [
      table.name,
      { place: sqlPlace(url), setting: undefined, cache: undefined },
    ]),
  );

/** Opens the database of each table, one object for all tables of one place. What was opened is closed where one fails. */
export async function openDatabases(addresses: ReadonlyMap<string, Address>, log: Log): Promise<Connected> {
  const opened = new Map<unknown, Database>();
  const databases: Record<string, Database> = {};
  const close = async (): Promise<void> => {
    for (const database of opened.values()) await database.close();
  };
  try {
    for (const [table, { place, setting }] of addresses) {
      const { id } = place;
      let database = opened.get(id);
      if (database === undefined) {
        const there = [...addresses].filter(([, address]) => address.place.id === id);
        const settings = new Map(there.map(([name, address]) => [name, address.place.settings]));
        database = await place
          .open(settings, (line) => log.passing(line))
          .catch((error: unknown) => {
            throw atSetting(error, setting);
          });
        database = await withCaches(database, there);
        opened.set(id, database);
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
  tables: readonly (readonly [string, Address])[],
): Promise<Database> {
  const caches = tables.flatMap(([table, { cache }]) =>
    cache === undefined ? [] : [[table, cache] as const],
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
