import { wrong } from '../../errors.ts';
import { nearest } from '../nearest.ts';
import { settingPath } from './check-config.ts';
import type { EnvironmentConfig } from './define-config.ts';
import { CONFIG } from './load-config.ts';
import type { Setting } from './setting.ts';
import type { SourceConnector } from './source-connectors.ts';
import type { TableConnector } from './table-connectors.ts';

interface Connectors {
  readonly sources: SourceConnector;
  readonly tables: TableConnector;
}
/** A connector with the path of its settings in the configuration. */
export interface Resolved<C> {
  readonly connector: C;
  readonly path: string;
}

/** The connector of a source or table: its own, or that of `'*'`. None: exit 2. */
export function resolveConnector<Part extends keyof Connectors>(
  environment: EnvironmentConfig,
  name: string,
  part: Part,
  key: string,
): Resolved<Connectors[Part]> {
  const entries = (environment[part] ?? {}) as Readonly<Record<string, Connectors[Part]>>;
  const found = Object.hasOwn(entries, key) ? key : '*';
  const connector = Object.hasOwn(entries, found) ? entries[found] : undefined;
  if (connector !== undefined) return { connector, path: settingPath(name, part, found) };
  const near = nearest(key, Object.keys(entries));
  const hint = near === undefined ? '' : ` (the nearest there is '${near}')`;
  throw wrong(`${CONFIG}: ${settingPath(name, part, key)} has no connector${hint}: add one, or '*' for all`);
}

/** The text of a setting: an environment variable's value is read here. `{job}` becomes the job's name. Unset: exit 2. */
export function resolveText(setting: Setting, path: string, job: string): string {
  const text = typeof setting === 'object' ? process.env[setting.env] : setting;
  if (text !== undefined && text !== '') return text.replaceAll('{job}', job);
  const what =
    typeof setting === 'object' ? `the environment variable ${setting.env} is not set` : 'it is not set';
  throw wrong(`${CONFIG}: ${path}: ${what}`);
}
