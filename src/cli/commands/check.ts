import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MillraceError } from '../../errors.ts';
import { validate, warnings } from '../../plan/validate.ts';
import type { Arguments } from '../arguments.ts';
import { configFaults } from '../config/config-faults.ts';
import { CONFIG } from '../config/load-config.ts';
import { JOBS, jobFiles } from '../job-files.ts';
import { type LoadedFile, loadJobs, unknownJob } from '../load-job.ts';
import { errorText } from '../report-error.ts';
import { counted } from '../summary-text.ts';
import { faultText } from '../valid-job.ts';
import { write } from '../write.ts';

const NO_LIMIT = Number.POSITIVE_INFINITY;

/** What is wrong with a file's plan. */
function planFaults(file: LoadedFile, verbose: boolean): string[] {
  return 'job' in file ? validate(file.job.plan).map(faultText) : [errorText(file.error, verbose, NO_LIMIT)];
}

/** Type faults of the jobs and the configuration, or that there is nothing to check them with. */
async function typesOf(files: readonly string[]): Promise<string[]> {
  const { typeFaults } = await import('../type-check.ts');
  const paths = [...files.map((name) => join(JOBS, `${name}.ts`)), CONFIG];
  try {
    return typeFaults(
      process.cwd(),
      paths.map((path) => join(process.cwd(), path)).filter((path) => existsSync(path)),
    );
  } catch (error) {
    return [(error as MillraceError).message];
  }
}

/** `millrace check`: types and plans of all jobs, or of the named ones, and the configuration; every fault; exit 2 if there is one. */
export async function check(args: Arguments): Promise<number> {
  const known = await jobFiles();
  for (const name of args.names) if (!known.includes(name)) throw await unknownJob(name);
  const names = args.names.length > 0 ? [...new Set(args.names)] : known;
  const files = await loadJobs(names);
  const jobs = files.flatMap((file) => ('job' in file ? [file.job] : []));
  const missing = args.names.filter((name) => !files.some((file) => file.name === name));
  const faults = new Set([
    ...(await typesOf(files.map(({ name }) => name))),
    ...files.flatMap((file) => planFaults(file, args.has('verbose'))),
    ...missing.map((name) => `${JOBS}/${name}.ts exports no job: it wants export default job('${name}', …)`),
    ...(await configFaults()),
  ]);
  const judged = jobs.filter(({ plan }) => validate(plan).length === 0);
  for (const { plan } of judged) {
    for (const warning of warnings(plan)) await write(process.stderr, `warning: ${faultText(warning)}\n`);
  }
  for (const fault of faults) await write(process.stderr, `${fault}\n`);
  if (faults.size > 0) {
    await write(
      process.stderr,
      `${counted(faults.size, 'fault')} in ${counted(files.length + missing.length, 'job')}\n`,
    );
    return 2;
  }
  await write(
    process.stdout,
    `${counted(jobs.length, 'job')} checked: ${jobs.map(({ name }) => name).join(', ')}\n`,
  );
  return 0;
}
