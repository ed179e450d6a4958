// What a large state costs: `npm run bench:state`. Prints a table of Markdown; each job in a process of its own.
import { fork } from 'node:child_process';
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openFileSource } from '../src/connectors/file/file-source.ts';
import { memoryDatabase } from '../src/connectors/memory/memory-database.ts';
import { CheckpointLog } from '../src/state/checkpoint/checkpoint-log.ts';
import { checkpointPath } from '../src/state/checkpoint/paths.ts';
import { planOf } from './bench-job.ts';
import type { JobName } from './data/data-set.ts';
import { DATA_SETS } from './data/data-set.ts';
import { DataFolder } from './data-folder.ts';
import { runEngine } from './run-engine.ts';
import { percentile } from './statistics.ts';

const JOBS: readonly JobName[] = ['hourly-premium', 'page-count'];
const SHAPE = { rows: 3_000_000, keys: 1_000_000 };
const EPOCH = 1000;
const MB = 1024 * 1024;

/** Runs a job over its events, then starts it again over the state that it left. */
async function measure(job: JobName, file: string): Promise<string> {
  const plan = planOf(job);
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-state-'));
  const database = memoryDatabase(DATA_SETS[job].dimension(SHAPE));
  const run = async (more: { readonly onEpoch?: () => void } = {}) => {
    const checkpoints = await CheckpointLog.open(folder, job);
    await runEngine(
      plan,
      (spec) => openFileSource(spec, [file]),
      () => database,
      EPOCH,
      { checkpoints, ...more },
    );
    const sizes = await checkpoints.sizes();
    await checkpoints.close();
    return sizes;
  };
  const gaps: number[] = [];
  let before = performance.now();
  const sizes = await run({
    onEpoch: () => {
      const now = performance.now();
      gaps.push(now - before);
      before = now;
    },
  });
  const size = statSync(checkpointPath(folder)).size;
  const began = performance.now();
  await run();
  const restart = (performance.now() - began) / 1000;
  await rm(folder, { recursive: true });
  const sorted = Float64Array.from(gaps).sort();
  const mb = (bytes: number) => (bytes / MB).toFixed(0);
  return `| ${[
    job,
    restart.toFixed(2),
    mb(size),
    mb(sizes.chunks),
    mb(sizes.log),
    percentile(sorted, 0.5).toFixed(1),
    percentile(sorted, 0.99).toFixed(1),
    percentile(sorted, 1).toFixed(1),
  ].join(' | ')} |`;
}

const [job, file] = process.argv.slice(2);
if (job === undefined || file === undefined) {
  const data = new DataFolder();
  console.log(
    `${SHAPE.rows} rows of ${SHAPE.keys} keys, epochs of ${EPOCH}, checkpoints that survive a power cut, tables in memory\n
| job | restart, s | file, MB | snapshot, MB | log, MB | epoch p50, ms | p99 | max |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |`,
  );
  for (const name of JOBS) {
    const child = fork(fileURLToPath(import.meta.url), [name, data.events(name, SHAPE)]);
    await new Promise((resolve) => child.on('exit', resolve));
  }
  data.remove();
} else console.log(await measure(job as JobName, file));
