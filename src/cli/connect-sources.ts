import type { Source, SourceSpec } from '../connectors/source.ts';
import { sourcesOf } from '../plan/derive/sources.ts';
import type { JobPlan } from '../plan/node.ts';
import { settingPath } from './config/check-config.ts';
import type { EnvironmentConfig, SourceConnector } from './config/define-config.ts';
import { resolveConnector, resolveText } from './config/resolve-connector.ts';
import type { Log } from './log.ts';
import { unknown } from './nearest.ts';
import type { Openers } from './run-job.ts';
import type { RunOptions } from './run-options.ts';

/** Where each source of a job comes from, by name. */
export type SourcePlan = ReadonlyMap<string, FromFiles | FromGenerator>;
interface FromFiles {
  readonly from: 'files';
  readonly paths: readonly string[];
  readonly follow: boolean;
}
interface FromGenerator {
  readonly from: 'generator';
  readonly seed: number | undefined;
  readonly rows: number | undefined;
}

/** Says where each source comes from: `--input`, else its connector in the environment. An input for no source of the job: exit 2. */
export function planSources(
  plan: JobPlan,
  options: RunOptions,
  environment: { readonly config: EnvironmentConfig; readonly name: string },
): SourcePlan {
  const names = sourcesOf(plan).map(({ name }) => name);
  for (const name of options.inputs.keys()) {
    if (!names.includes(name)) throw unknown('source', name, names, `of ${plan.name}`);
  }
  return new Map(
    names.map((name) => {
      const paths = options.inputs.get(name);
      if (paths !== undefined) return [name, { from: 'files', paths, follow: options.follow }];
      const { connector, path } = resolveConnector(environment.config, environment.name, 'sources', name);
      return [name, fromConnector(connector, path, plan.name, options)];
    }),
  );
}

function fromConnector(
  connector: SourceConnector,
  path: string,
  job: string,
  options: RunOptions,
): FromFiles | FromGenerator {
  if (connector.connector === 'generator')
    return { from: 'generator', seed: connector.seed, rows: connector.rows };
  const setting = settingPath(path, 'path');
  const settings = Array.isArray(connector.path) ? connector.path : [connector.path];
  return {
    from: 'files',
    paths: settings.map((text) => resolveText(text, setting, job)),
    follow: options.follow || connector.follow === true,
  };
}

/** Looks whether the files are there, before a database is waited for. A missing one: exit 2. */
export async function refuseMissingFiles(sources: SourcePlan): Promise<void> {
  const paths = [...sources.values()].flatMap((source) => (source.from === 'files' ? source.paths : []));
  if (paths.length === 0) return;
  const { findInputs } = await import('../connectors/file/input-file.ts');
  await findInputs(paths);
}

/** Does the generator make all rows of the job? */
export const allGenerated = (sources: SourcePlan): boolean =>
  [...sources.values()].every((source) => source.from === 'generator');

/** The events that a generator makes where nothing says how many. */
const EVENTS = 100_000;

/** Rows that a run will read, where that is known. */
export function rowsAhead(sources: SourcePlan, options: RunOptions): number | undefined {
  if (options.rows !== undefined) return options.rows;
  if (options.follow || !allGenerated(sources)) return undefined;
  return [...sources.values()].reduce(
    (sum, source) => sum + ('rows' in source ? (source.rows ?? EVENTS) : 0),
    0,
  );
}

/** How to open each source; says on opening what it is. */
export function openSources(sources: SourcePlan, plan: JobPlan, options: RunOptions, log: Log): Openers {
  const now = options.clock ?? Date.now();
  const open = async (spec: SourceSpec): Promise<Source> => {
    const source = sources.get(spec.schema.name) as FromFiles | FromGenerator;
    if (source.from === 'files') {
      const { openFileSource } = await import('../connectors/file/file-source.ts');
      return openFileSource(spec, source.paths, { follow: source.follow });
    }
    const { openGenerator } = await import('../connectors/generator/generator.ts');
    return openGenerator(spec, {
      rows: options.rows ?? source.rows ?? EVENTS,
      seed: source.seed,
      live: options.follow,
      now,
      timeZone: plan.timeZone,
    });
  };
  const opener = async (spec: SourceSpec): Promise<Source> => {
    const source = await open(spec);
    const again = source.replayable ? '' : ' (not replayable: its rows can be read once)';
    log.notice(`${source.name}: ${source.label}${again}`);
    return source;
  };
  return Object.fromEntries([...sources.keys()].map((name) => [name, opener]));
}
