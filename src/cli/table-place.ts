import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Database } from '../connectors/database.ts';
import { settingPath } from './config/check-config.ts';
import type { TableConnector } from './config/define-config.ts';
import { resolveText } from './config/resolve-connector.ts';

/** Where a table is. */
export interface Place {
  /** Equal for all tables that are in one database. */
  readonly id: unknown;
  /** Settings of the table alone. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Opens the database for its tables, each with its settings, by the catalog's name; the connector is loaded here, not before. */
  open(tables: ReadonlyMap<string, Place['settings']>, log: (line: string) => void): Promise<Database>;
}

/** Where a connector says that a table is. Environment variables are read here: an unset one is exit 2. */
export function placeOf(connector: TableConnector, path: string, job: string): Place {
  switch (connector.connector) {
    case 'sql':
      return sqlPlace(resolveText(connector.url, settingPath(path, 'url'), job));
    case 'own':
      return { id: connector.open, settings: {}, open: async (_, log) => connector.open({ job, log }) };
  }
}

/** The database of a URL. */
export const sqlPlace = (url: string): Place => ({
  id: url,
  settings: {},
  async open(_, log) {
    const { openDatabase } = await import('../connectors/sql/open-database.ts');
    await makeOwnFolder(url);
    return openDatabase(url, { log });
  },
});

/** A database of SQLite below `.millrace/` gets its folder; elsewhere a missing folder is a mistake. */
async function makeOwnFolder(url: string): Promise<void> {
  const match = /^sqlite:(?:\.\/)?(\.millrace\/.+)$/.exec(url);
  if (match !== null) await mkdir(dirname(match[1] as string), { recursive: true });
}
