import type { CatalogSchemas, Job } from '../../dsl/index.ts';
import { wrong } from '../../errors.ts';
import { loadJobs } from '../load-job.ts';
import { unknownWord } from '../nearest.ts';
import { errorText } from '../report-error.ts';
import { environmentFaults, settingPath } from './check-config.ts';
import type { EnvironmentConfig } from './define-config.ts';
import { CONFIG, loadConfig } from './load-config.ts';

/** Names of an environment that no catalog declares. */
function nameFaults(
  name: string,
  environment: EnvironmentConfig,
  catalogs: readonly CatalogSchemas[],
): string[] {
  const faults: string[] = [];
  for (const part of ['sources', 'tables'] as const) {
    const known = new Set(catalogs.flatMap((catalog) => catalog[part].map((schema) => schema.name)));
    for (const key of Object.keys(environment[part] ?? {})) {
      if (key === '*' || known.has(key)) continue;
      const word = unknownWord(part === 'sources' ? 'source' : 'table', key, [...known, '*']);
      faults.push(`${settingPath(name, part, key)}: ${word}`);
    }
  }
  return faults;
}

/**
 * Refuses an environment that names a source or table which no job's catalog declares (exit 2).
 * Other jobs are loaded only where the job's own catalog does not know a name.
 */
export async function refuseUnknownNames(
  name: string,
  environment: EnvironmentConfig,
  job: Job,
): Promise<void> {
  if (nameFaults(name, environment, [job.catalog]).length === 0) return;
  const faults = nameFaults(name, environment, await allCatalogs());
  if (faults.length > 0) throw wrong(faults.map((fault) => `${CONFIG}: ${fault}`).join('\n'));
}

const allCatalogs = async (): Promise<readonly CatalogSchemas[]> =>
  (await loadJobs()).flatMap((file) => ('job' in file ? [file.job.catalog] : []));

/** Everything that is wrong with the configuration, in all environments: its names are those of all jobs' catalogs. */
export async function configFaults(): Promise<string[]> {
  try {
    const catalogs = await allCatalogs();
    return Object.entries(await loadConfig()).flatMap(([name, environment]) => {
      const faults = environmentFaults(name, environment);
      const names = faults.length > 0 || catalogs.length === 0 ? [] : nameFaults(name, environment, catalogs);
      return [...faults, ...names].map((fault) => `${CONFIG}: ${fault}`);
    });
  } catch (error) {
    return [errorText(error, false)];
  }
}
