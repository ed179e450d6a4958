import { wrong } from '../errors.ts';
import type { JobPlan } from '../plan/node.ts';
import { show } from '../values/show.ts';
import { frozen } from './build/frozen.ts';
import { outputOf } from './build/output.ts';
import { site, there } from './build/site.ts';
import type { CatalogSchemas } from './catalog.ts';
import type { Output } from './stream.ts';

/** A job: what to compute and where it goes. Nothing runs until it is handed to a runner. */
export interface Job {
  readonly name: string;
  readonly plan: JobPlan;
  /** All that its catalog declares, whether or not the job uses it. */
  readonly catalog: CatalogSchemas;
}

const jobs = new WeakSet<object>();

/** Whether a value is a job that `job(…)` made. */
export const isJob = (value: unknown): value is Job =>
  typeof value === 'object' && value !== null && jobs.has(value);

/**
 * Makes a job of outputs: what `.into(…)` gives. Its file is named like it and exports it: `export default job('daily-sales', …)`.
 * Whether the outputs fit their tables is checked when the job is run or checked.
 *
 * @throws MillraceError for a name that cannot be, or no outputs
 */
export function job(name: string, ...outputs: Output[]): Job {
  const at = site();
  if (typeof name !== 'string' || !/^[A-Za-z0-9_-]{1,100}$/.test(name)) {
    throw wrong(
      there(at, `${show(name)} cannot be the name of a job: letters, digits, - and _, at most 100`),
    );
  }
  const made = outputs.map((output) => {
    const found = outputOf(output);
    if (found) return found;
    throw wrong(there(at, `job ${name}: an output is what .into(…) gives, not ${show(output)}`));
  });
  const [first] = made;
  if (!first) throw wrong(there(at, `job ${name} has no output: end a stream with .into(…)`));
  if (made.some(({ catalog }) => catalog !== first.catalog)) {
    throw wrong(there(at, `job ${name}: its outputs are of different catalogs`));
  }
  const { sources, tables, timeZone } = first.catalog;
  const plan: JobPlan = { name, at, outputs: made.map(({ node }) => node), timeZone };
  const result = frozen<Job>({ name, plan, catalog: { sources, tables } });
  jobs.add(result);
  return result;
}
