import { isDeepStrictEqual } from 'node:util';
import { type Collector, openCollector } from '../../connectors/collect/collector.ts';
import { wrong } from '../../errors.ts';
import type { SourceSchema } from '../../plan/schema.ts';
import type { Arguments } from '../arguments.ts';
import { loadJobs } from '../load-job.ts';
import { unknown } from '../nearest.ts';
import { onStopSignals } from '../stop-signals.ts';
import { counted } from '../summary-text.ts';
import { write } from '../write.ts';

/** Below the working directory. */
const DIRECTORY = '.millrace/collected';

/** `millrace collect`: takes events over HTTP until Ctrl-C or SIGTERM, and stores them in files that jobs read. */
export async function collect(args: Arguments): Promise<number> {
  const directory = args.value('directory') ?? DIRECTORY;
  const token = tokenOf(args);
  const settings = {
    host: args.value('host'),
    port: whole(args, 'port', 0, 65_535),
    maxBody: whole(args, 'max-body', 1),
    maxRate: whole(args, 'max-rate', 1),
    segmentBytes: whole(args, 'segment-bytes', 1),
    segmentAge: whole(args, 'segment-age', 1),
  };
  const sources = chosen(await allSources(), args.values('source'));
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  let stop: () => void = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const collector = await openCollector({ ...settings, directory, token, sources, log });
  onStopSignals(() => {
    stop();
    return true;
  });
  if (!args.has('quiet')) await write(process.stdout, beginning(collector, sources, directory));
  await stopped;
  await collector.close();
  if (!args.has('quiet'))
    await write(process.stdout, `${counted(collector.accepted(), 'event')} collected\n`);
  return 0;
}

function beginning(collector: Collector, sources: readonly SourceSchema[], directory: string): string {
  const width = Math.max(...sources.map(({ name }) => name.length));
  const lines = sources.map(
    ({ name }) =>
      `  POST /${encodeURIComponent(name).padEnd(width)}  --input ${name}=${collector.folder(name)}\n`,
  );
  return `collecting on ${collector.url} into ${directory}\n${lines.join('')}`;
}

/** The sources of all jobs' catalogs. A job that cannot be loaded, or sources of one name that are not the same: exit 2. */
async function allSources(): Promise<SourceSchema[]> {
  const known = new Map<string, { readonly job: string; readonly source: SourceSchema }>();
  for (const file of await loadJobs()) {
    if ('error' in file) throw file.error;
    for (const source of file.job.catalog.sources) {
      const other = known.get(source.name) ?? { job: file.name, source };
      if (!isDeepStrictEqual(other.source.columns, source.columns))
        throw wrong(
          `the jobs '${other.job}' and '${file.name}' have different sources of the name ${source.name}: rename one of them`,
        );
      known.set(source.name, other);
    }
  }
  if (known.size === 0) throw wrong('no job here declares a source: there is nothing to collect');
  return [...known.values()].map(({ source }) => source);
}

function chosen(all: readonly SourceSchema[], names: readonly string[]): readonly SourceSchema[] {
  for (const name of names)
    if (!all.some((source) => source.name === name))
      throw unknown(
        'source',
        name,
        all.map((source) => source.name),
      );
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

/** The token stands in the environment alone: a command line is seen by others. */
function tokenOf(args: Arguments): string | undefined {
  const name = args.value('token-env');
  if (name === undefined) return undefined;
  const token = process.env[name];
  if (token === undefined || token === '')
    throw wrong(`--token-env ${name}: there is no environment variable ${name}, or it is empty`);
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw wrong(`--token-env ${name}: a token is of printable ASCII without blanks`);
}

function whole(args: Arguments, option: string, least: number, most = Number.MAX_SAFE_INTEGER) {
  const text = args.value(option);
  if (text === undefined) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : -1;
  if (value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  throw wrong(`--${option} wants a whole number ${range}, not '${text}'`);
}
