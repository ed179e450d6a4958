import { explainJson, explainText } from '../../plan/explain.ts';
import { rewrite } from '../../plan/rewrite/rewrite.ts';
import type { Arguments } from '../arguments.ts';
import { loadJob } from '../load-job.ts';
import { validJob } from '../valid-job.ts';
import { write } from '../write.ts';

/** `millrace explain`: the plan of a job as it runs, as text or as one JSON document. A plan with faults: exit 2. */
export async function explain(args: Arguments): Promise<number> {
  const plan = rewrite(validJob(await loadJob(args.names[0] as string)).plan);
  const text = args.has('json') ? JSON.stringify(explainJson(plan)) : explainText(plan);
  await write(process.stdout, `${text.trimEnd()}\n`);
  return 0;
}
