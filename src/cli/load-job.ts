import { join } from 'node:path';
import { isJob, type Job } from '../dsl/index.ts';
import { type MillraceError, wrong } from '../errors.ts';
import { JOBS, jobFiles } from './job-files.ts';
import { loadModule } from './load-module.ts';
import { unknown } from './nearest.ts';

/** A file of `jobs/`: its job, or what is wrong with it. */
export type LoadedFile =
  | { readonly name: string; readonly job: Job }
  | { readonly name: string; readonly error: Error };

const fileOf = (name: string): string => `${JOBS}/${name}.ts`;

/** The job that a file exports; undefined where it exports none. */
async function jobIn(name: string): Promise<Job | undefined> {
  const module = await loadModule(join(process.cwd(), fileOf(name)));
  const job = module.default;
  if (!isJob(job)) return undefined;
  if (job.name !== name) {
    throw wrong(
      `${fileOf(name)} holds the job '${job.name}': the file's name and the job's must be the same; name the file ${job.name}.ts or the job '${name}'`,
    );
  }
  return job;
}

/**
 * The job of `jobs/<name>.ts`.
 * @throws exit 2: there is none (the nearest is named), it cannot be loaded, it is called otherwise
 */
export async function loadJob(name: string): Promise<Job> {
  if (!(await jobFiles()).includes(name)) throw await unknownJob(name);
  const job = await jobIn(name);
  if (job === undefined) {
    throw wrong(`${fileOf(name)} exports no job: it wants export default job('${name}', …)`);
  }
  return job;
}

/** Says that there is no such job (exit 2). Loads all files to tell which are jobs. */
export async function unknownJob(name: string): Promise<MillraceError> {
  const names = (await loadJobs()).map((file) => file.name);
  return unknown('job', name, names);
}

/** All jobs of `jobs/`, or those of the named files; files without a job are left out. */
export async function loadJobs(names?: readonly string[]): Promise<LoadedFile[]> {
  const loaded: LoadedFile[] = [];
  for (const name of names ?? (await jobFiles())) {
    try {
      const job = await jobIn(name);
      if (job !== undefined) loaded.push({ name, job });
    } catch (error) {
      loaded.push({ name, error: error as Error });
    }
  }
  return loaded;
}
