// A job written by hand as a command: <job> <file of NDJSON>; prints its tables, a row a line.
import type { JobName } from '../data/data-set.ts';
import { handJob } from './hand-jobs.ts';
import { runLines } from './read-lines.ts';

const [name, file] = process.argv.slice(2);
const job = handJob(name as JobName, {});
await runLines(file as string, job);
console.log(
  JSON.stringify(Object.entries(job.tables()).map(([table, rows]) => ({ table, rows: [...rows] }))),
);
