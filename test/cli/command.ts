import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the project. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The copy of the project whose command is started where nothing else is said. */
let usual = ROOT;

/** Starts the command of another copy of the project from now on, in this test file. */
export function startFrom(root: string): void {
  usual = root;
}

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Waits until standard output or standard error has it. */
  shows(text: string): Promise<void>;
}

interface Settings {
  /** Default: the root of the project. */
  readonly cwd?: string | undefined;
  /** A copy of the project, whose command is started. */
  readonly root?: string | undefined;
  /** Added to the environment, which names no environment of Millrace's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Standard input; without it, none. */
  readonly input?: string;
}

/** Starts the real command. */
export function start(
  args: readonly string[],
  { root, cwd = root ?? ROOT, env = {}, input }: Settings = {},
): Started {
  const child = spawn(process.execPath, [join(root ?? usual, 'bin/millrace.mjs'), ...args], {
    cwd,
    env: { ...process.env, MILLRACE_ENV: undefined, NODE_OPTIONS: undefined, ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(input);
  const texts = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      texts[name] += chunk;
      for (const watcher of watchers) watcher();
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...texts }));
  });
  const shows = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!texts.stdout.includes(text) && !texts.stderr.includes(text)) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      void ended.then((end) => reject(new Error(`ended without '${text}': ${JSON.stringify(end)}`)));
      look();
    });
  return { child, ended, shows };
}

/** Runs the real command to its end. */
export const millrace = (args: readonly string[], settings?: Settings): Promise<Ended> =>
  start(args, settings).ended;

/** A folder with files of its own. */
export interface Folder {
  readonly path: string;
  /** Writes files by their path in the folder. */
  write(files: Readonly<Record<string, string | Uint8Array>>): void;
  remove(): void;
}

/** Makes a temporary folder. */
export function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): Folder {
  const path = mkdtempSync(join(tmpdir(), 'millrace-cli-'));
  const write: Folder['write'] = (more) => {
    for (const [name, content] of Object.entries(more)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content);
    }
  };
  write(files);
  return { path, write, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A project of its own: one source, one table, the job `daily`, which counts and adds up by day. */
export const PROJECT: Readonly<Record<string, string>> = {
  'jobs/catalog.ts': `
import { bigint, catalog, double, source, table, varchar } from 'millrace';
const sale = source({ day: varchar(), amount: double() });
const day_total = table({ day: varchar(), total: double(), n: bigint() }, { primaryKey: 'day', tableName: 'day_totals' });
export const { stream } = catalog({ sale, day_total }, { timeZone: 'UTC' });
`,
  'jobs/daily.ts': `
import { count, job, sum } from 'millrace';
import { stream } from './catalog.ts';
const totals = stream('sale').filter(s => s.day.isNotNull()).groupBy('day')
  .agg({ total: sum(s => s.amount.orElse(0)), n: count() });
export default job('daily', totals.into('day_total'));
`,
};
