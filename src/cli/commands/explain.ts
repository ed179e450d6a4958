import { MillraceError } from '../../errors.ts';
import { explainJson, explainText } from '../../plan/explain.ts';
import type { JobPlan } from '../../plan/node.ts';
import { rewrite } from '../../plan/rewrite/rewrite.ts';
import type { Arguments } from '../arguments.ts';
import { DEVELOPMENT, loadEnvironment } from '../config/load-config.ts';
import { type Guarantees, guaranteesOf, guaranteesText } from '../guarantees.ts';
import { loadJob } from '../load-job.ts';
import { environmentOf } from '../run-options.ts';
import { validJob } from '../valid-job.ts';
import { write } from '../write.ts';

/**
 * `millrace explain`: the plan of a job as it runs and what it promises in an environment, or the code that it generates, as text or as one JSON document. A
 * plan with faults: exit 2.
 */
export async function explain(args: Arguments): Promise<number> {
  const plan = rewrite(validJob(await loadJob(args.names[0] as string)).plan);
  const json = args.has('json');
  const text = args.has('code') ? await code(plan, json) : planText(plan, await promised(plan, args), json);
  await write(process.stdout, `${text.trimEnd()}\n`);
  return 0;
}

/** Undefined, and told why, where no environment is named and the default one is not, or not whole: the plan is shown all the same. */
async function promised(plan: JobPlan, args: Arguments): Promise<Guarantees | undefined> {
  const named = environmentOf(args);
  const name = named ?? DEVELOPMENT;
  try {
    return guaranteesOf(plan, name, await loadEnvironment(name));
  } catch (error) {
    if (named !== undefined || !(error instanceof MillraceError)) throw error;
    await write(
      process.stderr,
      `what the job promises is not known: ${error.message}; --env names an environment\n`,
    );
    return undefined;
  }
}

const planText = (plan: JobPlan, guarantees: Guarantees | undefined, json: boolean): string =>
  json
    ? JSON.stringify({ ...explainJson(plan), ...(guarantees && { guarantees }) })
    : [explainText(plan), ...(guarantees ? [guaranteesText(guarantees)] : [])].join('\n');

/** Loaded when it is asked for: the plan is explained without a runtime. */
async function code(plan: JobPlan, json: boolean): Promise<string> {
  const { codeJson, codeText } = await import('../code-text.ts');
  return json ? JSON.stringify(codeJson(plan)) : codeText(plan);
}
