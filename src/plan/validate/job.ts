import type { JobPlan } from '../node.ts';
import type { Fault } from './fault.ts';

/** The job has a name that can be a file's, outputs, and no two of them into one table. */
export function jobFaults(plan: JobPlan): readonly Fault[] {
  const faults: Fault[] = [];
  if (!/^[A-Za-z0-9_-]+$/.test(plan.name)) {
    const what = plan.name === '' ? 'a job needs a name' : `'${plan.name}' cannot be the name of a job`;
    faults.push({ at: plan.at, message: `${what}: letters, digits, - and _` });
  }
  if (plan.outputs.length === 0) {
    faults.push({ at: plan.at, message: "the job has no output: end a stream with .into('…')" });
  }
  const firsts = new Map<string, string>();
  for (const { at, table } of plan.outputs) {
    const first = firsts.get(table.name);
    if (first === undefined) firsts.set(table.name, `${at.file}:${at.line}`);
    else {
      faults.push({
        at,
        message: `${table.name}: two outputs write this table, the other at ${first}: one may`,
      });
    }
  }
  return faults;
}
