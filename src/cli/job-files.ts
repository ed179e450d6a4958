import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { wrong } from '../errors.ts';

/** The folder of the jobs, below the working directory. */
export const JOBS = 'jobs';

/**
 * Names that a file of `jobs/` has: `hourly-premium` of `jobs/hourly-premium.ts`, sorted. Not all need be jobs.
 * No folder: exit 2.
 */
export async function jobFiles(): Promise<string[]> {
  let entries: string[];
  try {
    entries = await readdir(join(process.cwd(), JOBS));
  } catch (error) {
    throw wrong(`there is no folder ${JOBS}/ in ${process.cwd()}: call millrace where ${JOBS}/ is`, error);
  }
  return entries
    .filter((entry) => /\.ts$/.test(entry) && !/\.(d|test|spec)\.ts$/.test(entry))
    .map((entry) => parse(entry).name)
    .sort();
}
