import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Database } from '../connectors/database.ts';
import type { DataHubSinkOptions } from '../connectors/datahub/datahub-sink.ts';
import type { KafkaTableOptions } from '../connectors/kafka/kafka-table-options.ts';
import type { OtsOptions } from '../connectors/ots/ots-options.ts';
import { wrong } from '../errors.ts';
import { settingPath } from './config/check-config.ts';
import { CONNECTORS } from './config/connector-settings.ts';
import { openOwn } from './config/open-at.ts';
import { resolveText } from './config/resolve-connector.ts';
import { resolveSettings } from './config/resolve-settings.ts';
import type { TableConnector } from './config/table-connectors.ts';
import { databaseId } from './database-id.ts';

type Settings = Readonly<Record<string, unknown>>;

/** Where a table is. */
export interface Place {
  /** Equal for all tables that are in one database, which has one fence. */
  readonly id: unknown;
  /** What the configuration says of the table. */
  readonly settings: Settings;
  /** Opens the database for its tables, each with its settings, by the catalog's name; the connector is loaded here, not before. */
  open(tables: ReadonlyMap<string, Settings>, log: (line: string) => void): Promise<Database>;
}

/** Where a connector says that a table is. Environment variables are read here: an unset one is exit 2. */
export function placeOf(connector: TableConnector, path: string, job: string): Place {
  switch (connector.connector) {
    case 'sql':
      return sqlPlace(resolveText(connector.url, settingPath(path, 'url'), job));
    case 'kafka':
      return kafkaPlace(resolved(connector, path, job));
    case 'datahub':
      return datahubPlace(resolved(connector, path, job));
    case 'ots':
      return otsPlace(resolved(connector, path, job));
    case 'own':
      return {
        id: connector.open,
        settings: {},
        open: (_, log) =>
          openOwn<Database>('a database', ['prepare', 'commit', 'close'], () => connector.open({ job, log })),
      };
  }
}

/** The database of a URL. */
export const sqlPlace = (url: string): Place => ({
  id: databaseId(url),
  settings: { url },
  async open(tables, log) {
    commonOf(tables, []);
    const { openDatabase } = await import('../connectors/sql/open-database.ts');
    await makeOwnFolder(url);
    return openDatabase(url, { log });
  },
});

const kafkaPlace = (settings: Settings): Place => ({
  id: idOf(
    'kafka',
    [...(settings.brokers as readonly string[])].sort(),
    settings.fenceTopic ?? 'millrace-fence',
    settings.transactionalIdPrefix ?? 'millrace',
  ),
  settings,
  async open(tables, log) {
    const { openKafkaTables } = await import('../connectors/kafka/open-kafka-tables.ts');
    const own = ['topic', 'mode', 'format'];
    const { ssl = false, tls = ssl, ...cluster } = commonOf(tables, own);
    const topics = [...tables].map(([table, some]) => [table, only(some, (name) => own.includes(name))]);
    const options = { ...cluster, ssl: tls, tables: Object.fromEntries(topics) };
    return openKafkaTables(options as unknown as KafkaTableOptions, { log });
  },
});

const datahubPlace = (settings: Settings): Place => ({
  id: idOf('datahub', hostOf(settings.endPoint), settings.project),
  settings,
  async open(tables, log) {
    const { openDataHubSink } = await import('../connectors/datahub/datahub-sink.ts');
    return openDataHubSink(commonOf(tables, []) as unknown as DataHubSinkOptions, log);
  },
});

const otsPlace = (settings: Settings): Place => ({
  id: idOf('ots', hostOf(settings.endPoint), settings.instanceName, settings.fenceTable ?? 'millrace_fence'),
  settings,
  async open(tables, log) {
    const { openOtsDatabase } = await import('../connectors/ots/ots-database.ts');
    const options = commonOf(tables, ['cache', 'cacheSize', 'cacheTTLMs']);
    return openOtsDatabase(options as unknown as OtsOptions, { log });
  },
});

// Written in two ways, one place must have one id: two of them would take one fence from one another.
const idOf = (...parts: readonly unknown[]): string => JSON.stringify(parts);

const hostOf = (endPoint: unknown): unknown =>
  URL.canParse(String(endPoint)) ? new URL(String(endPoint)).host : endPoint;

/** The settings of a connector, environment variables read. */
function resolved({ connector, ...settings }: TableConnector, path: string, job: string): Settings {
  return resolveSettings(CONNECTORS.tables[connector], settings, path, job);
}

const only = (settings: Settings, wanted: (name: string) => boolean): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => wanted(name)));

/**
 * The settings that tables of one database have in common: all but those of a table's own. Exit 2 where two of them differ: they have one connection and one
 * fence.
 */
function commonOf(tables: ReadonlyMap<string, Settings>, own: readonly string[]): Settings {
  const [[first, common], ...others] = [...tables].map(
    ([table, settings]) => [table, only(settings, (name) => !own.includes(name))] as const,
  ) as [readonly [string, Settings], ...(readonly [string, Settings])[]];
  for (const [table, settings] of others)
    for (const name of new Set([...Object.keys(common), ...Object.keys(settings)]))
      if (JSON.stringify(common[name]) !== JSON.stringify(settings[name]))
        throw wrong(`tables ${first} and ${table} are in one place, and '${name}' must be the same for both`);
  return common;
}

/** A database of SQLite below `.millrace/` gets its folder; elsewhere a missing folder is a mistake. */
async function makeOwnFolder(url: string): Promise<void> {
  const match = /^sqlite:(?:\.\/)?(\.millrace\/.+)$/.exec(url);
  if (match !== null) await mkdir(dirname(match[1] as string), { recursive: true });
}
