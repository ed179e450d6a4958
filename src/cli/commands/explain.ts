import { explainJson, explainText } from '../../plan/explain.ts';
import type { JobPlan } from '../../plan/node.ts';
import { rewrite } from '../../plan/rewrite/rewrite.ts';
import type { Arguments } from '../arguments.ts';
import { loadJob } from '../load-job.ts';
import { validJob } from '../valid-job.ts';
import { write } from '../write.ts';

/** `millrace explain`: the plan of a job as it runs, or the code that it generates, as text or as one JSON document. A plan with faults: exit 2. */
export async function explain(args: Arguments): Promise<number> {
  const plan = rewrite(validJob(await loadJob(args.names[0] as string)).plan);
  const text = args.has('code') ? await code(plan, args.has('json')) : planText(plan, args.has('json'));
  await write(process.stdout, `${text.trimEnd()}\n`);
  return 0;
}

const planText = (plan: JobPlan, json: boolean): string =>
  json ? JSON.stringify(explainJson(plan)) : explainText(plan);

/** Loaded when it is asked for: the plan is explained without a runtime. */
async function code(plan: JobPlan, json: boolean): Promise<string> {
  const { codeJson, codeText } = await import('../code-text.ts');
  return json ? JSON.stringify(codeJson(plan)) : codeText(plan);
}
