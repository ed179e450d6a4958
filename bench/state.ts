// What a large state costs: `npm run bench:state`. Prints a table of Markdown; each job in a process of its own.
import { fork } from 'node:child_process';
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openFileSource } from '../src/connectors/file/file-source.ts';
import type { SourceSpec } from '../src/connectors/source.ts';
import { openDatabase } from '../src/connectors/sql/open-database.ts';
import { CheckpointLog, type CheckpointSizes } from '../src/state/checkpoint/checkpoint-log.ts';
import { checkpointPath } from '../src/state/checkpoint/paths.ts';
import { planOf } from './bench-job.ts';
import type { JobName } from './data/data-set.ts';
import { DataFolder } from './data-folder.ts';
import { runEngine } from './run-engine.ts';
import { percentile } from './statistics.ts';

const JOBS: readonly JobName[] = ['hourly-premium', 'page-count'];
const SHAPE = { rows: 3_000_000, keys: 1_000_000 };
const EPOCH = 1000;
const MB = 1024 * 1024;

const url = (folder: string): string => `sqlite:${join(folder, 'out.db')}`;

/** Runs a job over its events and the state in a folder. */
async function runOver(
  folder: string,
  job: JobName,
  file: string,
  more: { readonly onEpoch?: () => void } = {},
): Promise<CheckpointSizes> {
  const database = await openDatabase(url(folder));
  const checkpoints = await CheckpointLog.open(folder, job);
  const files = (spec: SourceSpec) => openFileSource(spec, [file]);
  await runEngine(planOf(job), files, () => database, EPOCH, { checkpoints, ...more });
  const sizes = await checkpoints.sizes();
  await checkpoints.close();
  await database.close();
  return sizes;
}

/** Fills a state; prints its sizes, and how long epochs were apart. */
async function fill(folder: string, job: JobName, file: string): Promise<void> {
  const gaps: number[] = [];
  let before = performance.now();
  const onEpoch = (): void => {
    const now = performance.now();
    gaps.push(now - before);
    before = now;
  };
  const { chunks, log } = await runOver(folder, job, file, { onEpoch });
  const { size } = statSync(checkpointPath(folder));
  const sorted = Float64Array.from(gaps).sort();
  const mb = (bytes: number) => (bytes / MB).toFixed(0);
  const ms = [0.5, 0.99, 1].map((share) => percentile(sorted, share).toFixed(1));
  const long = gaps.filter((gap) => gap > 100).length;
  process.stdout.write(`${[mb(size), mb(chunks), mb(log), ...ms, long].join(' | ')} | `);
}

/** Starts the job again over its state; prints how long it takes, in a process of its own as after a crash. */
async function restart(folder: string, job: JobName, file: string): Promise<void> {
  const began = performance.now();
  const cpu = process.cpuUsage();
  await runOver(folder, job, file);
  const { user, system } = process.cpuUsage(cpu);
  console.log(`${((performance.now() - began) / 1000).toFixed(2)} | ${((user + system) / 1e6).toFixed(2)} |`);
}

const STEPS = { fill, restart };

async function inChild(...args: readonly string[]): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), args);
  const code = await new Promise((resolve) => child.on('exit', resolve));
  if (code !== 0) process.exit(1);
}

const [step, folder, job, file] = process.argv.slice(2) as [keyof typeof STEPS, string, JobName, string];
if (step === undefined) {
  const data = new DataFolder();
  console.log(
    `${SHAPE.rows} rows of ${SHAPE.keys} keys, epochs of ${EPOCH}, checkpoints that survive a power cut, tables in SQLite; gaps between two epochs that are committed, in ms\n
| job | state file, MB | snapshot, MB | log, MB | gap p50 | p99 | max | above 100 | restart, s | its CPU time, s |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |`,
  );
  for (const name of JOBS) {
    const place = await mkdtemp(join(tmpdir(), 'millrace-bench-state-'));
    const events = data.events(name, SHAPE);
    process.stdout.write(`| ${name} | `);
    for (const each of Object.keys(STEPS)) await inChild(each, place, name, events);
    await rm(place, { recursive: true });
  }
  data.remove();
} else await STEPS[step](folder, job, file);
