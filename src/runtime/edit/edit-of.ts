import type { JobPlan } from '../../plan/node.ts';
import { rewrite } from '../../plan/rewrite/rewrite.ts';
import type { KeptPart } from '../../state/checkpoint/checkpoint-log.ts';
import { calendar } from '../../values/calendar.ts';
import { compile } from '../compile.ts';
import { type JobEdit, jobEdit } from './job-edit.ts';

export { editJson, editText } from './edit-text.ts';

/** What an edit of a job means for a state that keeps these parts, without running it. The plan is valid, and as written. */
export function editOf(plan: JobPlan, kept: readonly KeptPart[]): JobEdit {
  const rewritten = rewrite(plan);
  const { states } = compile(rewritten, {
    environment: {
      clock: { now: 0, startOfToday: 0, startOfHour: 0 },
      calendar: calendar(plan.timeZone),
    },
    databases: {},
    signal: new AbortController().signal,
  });
  return jobEdit(rewritten, states, kept, false);
}
