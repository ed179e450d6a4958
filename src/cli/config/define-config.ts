// What `millrace.config.ts` is written with.
import type { EnvironmentVariable } from './setting.ts';
import type { SourceConnector } from './source-connectors.ts';
import type { TableConnector } from './table-connectors.ts';

/** How the state of a job is kept. */
interface StateConfig {
  /**
   * What a checkpoint survives: `FULL`, the default, a power cut; `NORMAL` the end of the process alone, and after a power cut the tables may be ahead
   * of the state (the run is refused then); `EXTRA` also the loss of a directory entry.
   */
  readonly synchronous?: 'EXTRA' | 'FULL' | 'NORMAL';
}

/** Connectors of one environment, by the catalog's names; `'*'` stands for all that are not named. */
export interface EnvironmentConfig {
  readonly sources?: Readonly<Record<string, SourceConnector>>;
  readonly tables?: Readonly<Record<string, TableConnector>>;
  readonly state?: StateConfig;
}
/** Environments by name, as in a knexfile. */
export interface Config {
  readonly [environment: string]: EnvironmentConfig;
}

/**
 * The configuration, typed: `export default defineConfig({ development: …, production: … })`.
 * @example
 * export default defineConfig({
 *   production: {
 *     sources: { user_order: { connector: 'file', path: '/data/orders' } },
 *     tables: { '*': { connector: 'sql', url: env('MILLRACE_DATABASE_URL') } },
 *   },
 * })
 */
export const defineConfig = (config: Config): Config => config;

/** The value of an environment variable, read when a command needs it: unset, it is told with the path of the setting (exit 2). */
export const env = (name: string): EnvironmentVariable => ({ env: name });
