import { sourcesOf } from '../../plan/derive/sources.ts';
import { tablesOf } from '../../plan/derive/tables.ts';
import type { JobPlan } from '../../plan/node.ts';
import type { Arguments } from '../arguments.ts';
import { loadJobs } from '../load-job.ts';
import { errorText } from '../report-error.ts';
import { write } from '../write.ts';

interface Listed {
  readonly name: string;
  readonly sources: readonly string[];
  readonly looksUp: readonly string[];
  readonly writes: readonly string[];
}

const listed = (plan: JobPlan): Listed => {
  const tables = tablesOf(plan);
  return {
    name: plan.name,
    sources: sourcesOf(plan).map(({ name }) => name),
    looksUp: tables.filter((use) => use.looksUp).map(({ table }) => table.name),
    writes: tables.filter((use) => use.writes).map(({ table }) => table.name),
  };
};

/** `millrace list`: the jobs by name, what they read and write. A file that cannot be loaded is told; exit 2 then. */
export async function list(args: Arguments): Promise<number> {
  const files = await loadJobs();
  const jobs = files.flatMap((file) => ('job' in file ? [listed(file.job.plan)] : []));
  const width = Math.max(0, ...jobs.map(({ name }) => name.length));
  const lines = jobs.map(({ name, sources, looksUp, writes }) => {
    const lookup = looksUp.length === 0 ? '' : `, looks up ${looksUp.join(', ')}`;
    return `${name.padEnd(width)}  ${sources.join(', ')}${lookup} -> ${writes.join(', ')}\n`;
  });
  await write(process.stdout, args.has('json') ? `${JSON.stringify({ jobs })}\n` : lines.join(''));
  const broken = files.flatMap((file) =>
    'error' in file ? [errorText(file.error, args.has('verbose'))] : [],
  );
  for (const text of broken) await write(process.stderr, `millrace: ${text}\n`);
  return broken.length === 0 ? 0 : 2;
}
