import type { Arguments } from '../arguments.ts';
import { loadJob } from '../load-job.ts';
import { Log } from '../log.ts';
import { type RunOptions, runOptions } from '../run-options.ts';
import { validJob } from '../valid-job.ts';

/** No option says what to read, where to write or in which environment: a demonstration. */
const isDemonstration = ({ env, inputs, database, print }: RunOptions): boolean =>
  env === undefined && inputs.size === 0 && database === undefined && !print;

/** Begins to load what the run will need, while the job is loaded: below Node 22 another thread makes TypeScript ready. */
function loadAhead({ print, inputs }: RunOptions): void {
  const ahead: Promise<unknown>[] = [import('../../runtime/start.ts'), import('../run-connected.ts')];
  if (!print) ahead.push(import('../../connectors/sql/open-database.ts'));
  if (inputs.size > 0) ahead.push(import('../../connectors/file/file-source.ts'));
  // Whoever uses it is told what cannot be loaded.
  void Promise.allSettled(ahead);
}

/** `millrace run`: runs a job. @returns the exit code */
export async function run(args: Arguments): Promise<number> {
  const options = runOptions(args);
  loadAhead(options);
  const job = validJob(await loadJob(args.names[0] as string));
  const log = new Log(options);
  if (isDemonstration(options)) {
    const { runDemonstration } = await import('../run-demonstration.ts');
    return runDemonstration(job, options, log);
  }
  const { runConnected } = await import('../run-connected.ts');
  return runConnected(job, options, log);
}
