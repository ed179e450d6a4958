import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { wrong } from '../../errors.ts';
import { loadModule } from '../load-module.ts';
import { unknown } from '../nearest.ts';
import { environmentFaults } from './check-config.ts';
import type { Config, EnvironmentConfig } from './define-config.ts';

/** The configuration's file, in the working directory. */
export const CONFIG = 'millrace.config.ts';
/** The environment where none is named. */
export const DEVELOPMENT = 'development';

/** What holds where a project has no configuration: generated events, an SQLite file for each job. */
const BUILT_IN: Config = {
  [DEVELOPMENT]: {
    sources: { '*': { connector: 'generator' } },
    tables: { '*': { connector: 'sql', url: 'sqlite:.millrace/development/{job}.db' } },
  },
};

/** The environments of the project, unchecked; built-in ones where it has no configuration. */
export async function loadConfig(): Promise<Config> {
  const path = join(process.cwd(), CONFIG);
  if (!existsSync(path)) return BUILT_IN;
  const { default: config } = await loadModule(path);
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw wrong(
      `${CONFIG} exports no configuration: it wants export default defineConfig({ development: { … } })`,
    );
  }
  return config as Config;
}

/** One environment of the project, its settings checked: what is wrong with them is exit 2, all in one message. */
export async function loadEnvironment(name: string): Promise<EnvironmentConfig> {
  const config = await loadConfig();
  const environment = Object.hasOwn(config, name) ? config[name] : undefined;
  if (environment === undefined) throw unknown('environment', name, Object.keys(config), `of ${CONFIG}`);
  const faults = environmentFaults(name, environment);
  if (faults.length > 0) throw wrong(faults.map((fault) => `${CONFIG}: ${fault}`).join('\n'));
  return environment;
}
