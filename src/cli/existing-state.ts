import { existsSync } from 'node:fs';
import { wrong } from '../errors.ts';
import { defaultStateDirectory, refuseOtherState } from '../state/state-directory.ts';
import type { Arguments } from './arguments.ts';
import { DEVELOPMENT } from './config/load-config.ts';
import { jobFiles } from './job-files.ts';
import { environmentOf } from './run-options.ts';

/** A job by name, and the state directory that a command means. */
export interface NamedState {
  readonly job: string;
  readonly directory: string;
}

/** The state directory that the options, or the environment and the job name. No such job: exit 2. */
export async function namedState(args: Arguments): Promise<NamedState> {
  const job = args.names[0] as string;
  if (!(await jobFiles()).includes(job)) {
    // The jobs themselves are needed in this case alone.
    const { unknownJob } = await import('./load-job.ts');
    throw await unknownJob(job);
  }
  const environment = environmentOf(args) ?? DEVELOPMENT;
  return { job, directory: args.value('state') ?? defaultStateDirectory(environment, job) };
}

/** The same, where it has been run with. None there: exit 2; another job's: exit 3. */
export async function existingState(args: Arguments): Promise<NamedState> {
  const named = await namedState(args);
  const { job, directory } = named;
  if (!existsSync(directory)) {
    const demo = defaultStateDirectory('demo', job);
    const hint =
      existsSync(demo) && args.value('state') === undefined ? `: the demonstration's is --state ${demo}` : '';
    throw wrong(
      `there is no state of ${job} in ${directory}${hint === '' ? ': name it, --state DIR' : hint}`,
    );
  }
  await refuseOtherState(directory, job);
  return named;
}
