import type { Source, SourceSpec } from '../connectors/source.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { sourcesOf } from '../plan/derive/sources.ts';
import type { JobPlan } from '../plan/node.ts';
import { settingPath } from './config/check-config.ts';
import { CONNECTORS } from './config/connector-settings.ts';
import type { EnvironmentConfig } from './config/define-config.ts';
import { atSetting, openOwn } from './config/open-at.ts';
import { resolveConnector, resolveText } from './config/resolve-connector.ts';
import { resolveSettings } from './config/resolve-settings.ts';
import type { SourceConnector } from './config/source-connectors.ts';
import { unknown } from './nearest.ts';
import { openTopic } from './open-topic.ts';
import { exitCodeOf } from './report-error.ts';
import type { RunOptions } from './run-options.ts';

/** Where each source of a job comes from, by name. */
export type SourcePlan = ReadonlyMap<string, FromFiles | FromGenerator | FromElsewhere>;
/** A source that a connector opens by itself. */
export interface FromElsewhere {
  readonly from: 'elsewhere';
  /** Opens it; the connector is loaded here, not before. */
  open(spec: SourceSpec): MaybePromise<Source>;
}
/** A source that is read from files. */
export interface FromFiles {
  readonly from: 'files';
  readonly paths: readonly string[];
  readonly follow: boolean;
}
/** A source whose events are made. */
export interface FromGenerator {
  readonly from: 'generator';
  readonly seed: number;
  readonly rows: number;
}

/** Events of today that a generator makes where nothing says how many. */
const EVENTS = 100_000;
const SEED = 1;

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
): FromFiles | FromGenerator | FromElsewhere {
  if (connector.connector === 'kafka' || connector.connector === 'datahub') {
    const kind = connector.connector;
    const settings = resolveSettings(CONNECTORS.sources[kind], { ...connector }, path, job);
    const open = (spec: SourceSpec) =>
      openTopic[kind](spec, settings).catch((error: unknown) => {
        // What is not the settings' fault has no need of their place.
        throw exitCodeOf(error) === 2 ? atSetting(error, path) : error;
      });
    return { from: 'elsewhere', open };
  }
  if (connector.connector === 'own') {
    const open = (spec: SourceSpec) =>
      openOwn<Source>('a source', ['read', 'close'], () => connector.open(spec)).catch((error: unknown) => {
        throw atSetting(error, path);
      });
    return { from: 'elsewhere', open };
  }
  if (connector.connector === 'generator')
    return { from: 'generator', seed: connector.seed ?? SEED, rows: connector.rows ?? EVENTS };
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

/** The seed of the first generator: what a job looks up is made with it too. */
export const seedOf = (sources: SourcePlan): number =>
  [...sources.values()].flatMap((source) => (source.from === 'generator' ? [source.seed] : []))[0] ?? SEED;

/** Rows that a run will read, where that is known. */
export function rowsAhead(sources: SourcePlan, options: RunOptions): number | undefined {
  if (options.rows !== undefined) return options.rows;
  if (options.follow || !allGenerated(sources)) return undefined;
  return [...sources.values()].reduce((sum, source) => sum + ('rows' in source ? source.rows : 0), 0);
}
