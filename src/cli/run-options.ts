import { wrong } from '../errors.ts';
import type { Arguments } from './arguments.ts';
import { parseClock } from './parse-clock.ts';

/** Options of `run`, checked. */
export interface RunOptions {
  /** `--env`, else `$MILLRACE_ENV`; undefined where neither is set. */
  readonly env: string | undefined;
  /** Paths of each source that is read from files, in order. */
  readonly inputs: ReadonlyMap<string, readonly string[]>;
  readonly rows: number | undefined;
  readonly follow: boolean;
  readonly database: string | undefined;
  readonly print: boolean;
  readonly state: string | undefined;
  readonly fresh: boolean;
  readonly clear: boolean;
  readonly rebase: boolean;
  readonly rebuild: boolean;
  /** Epoch milliseconds. */
  readonly clock: number | undefined;
  readonly epochRows: number | undefined;
  readonly epochMs: number | undefined;
  readonly maxQuarantined: number | undefined;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
}

/** The environment that the options or the shell name. */
export const environmentOf = (args: Arguments): string | undefined =>
  args.value('env') ?? (process.env.MILLRACE_ENV || undefined);

function whole(args: Arguments, option: string, least: number): number | undefined {
  const text = args.value(option);
  if (text === undefined) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : -1;
  if (value >= least) return value;
  throw wrong(`--${option} wants a whole number from ${least}, not '${text}'`);
}

function inputsOf(args: Arguments): Map<string, string[]> {
  const inputs = new Map<string, string[]>();
  let standardInput: string | undefined;
  for (const text of args.values('input')) {
    const at = text.indexOf('=');
    const [source, path] = [text.slice(0, at), text.slice(at + 1)];
    if (at < 1 || path === '') {
      throw wrong(`--input wants SOURCE=FILE, like user_order=orders.ndjson, not '${text}'`);
    }
    if (path === '-') {
      if (standardInput !== undefined)
        throw wrong(`standard input (-) can be read once: it is ${standardInput}'s already`);
      standardInput = source;
    }
    inputs.set(source, [...(inputs.get(source) ?? []), path]);
  }
  return inputs;
}

const EXCLUDE: readonly (readonly [string, string])[] = [
  ['print', 'database'],
  ['quiet', 'verbose'],
  ['fresh', 'rebase'],
  ['print', 'rebase'],
  ['fresh', 'rebuild'],
  ['rebase', 'rebuild'],
  ['print', 'rebuild'],
];

/** Reads the options of `run`. A value of the wrong kind, or options that exclude each other: exit 2. */
export function runOptions(args: Arguments): RunOptions {
  for (const [one, other] of EXCLUDE) {
    if (args.has(one) && args.has(other))
      throw wrong(`--${one} and --${other} exclude each other: give one of them`);
  }
  if (args.has('clear') && !args.has('fresh')) throw wrong('--clear goes with --fresh only: give both');
  const clock = args.value('clock');
  return {
    env: environmentOf(args),
    inputs: inputsOf(args),
    rows: whole(args, 'rows', 1),
    follow: args.has('follow'),
    database: args.value('database'),
    print: args.has('print'),
    state: args.value('state'),
    fresh: args.has('fresh'),
    clear: args.has('clear'),
    rebase: args.has('rebase'),
    rebuild: args.has('rebuild'),
    clock: clock === undefined ? undefined : parseClock(clock),
    epochRows: whole(args, 'epoch-rows', 1),
    epochMs: whole(args, 'epoch-ms', 0),
    maxQuarantined: whole(args, 'max-quarantined', 0),
    json: args.has('json'),
    verbose: args.has('verbose'),
    quiet: args.has('quiet'),
  };
}
