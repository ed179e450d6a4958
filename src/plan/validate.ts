import type { IntoNode, JobPlan, Relation } from './node.ts';
import { rewrite } from './rewrite/rewrite.ts';
import { clockFaults } from './validate/clock.ts';
import type { Fault } from './validate/fault.ts';
import { fitFaults } from './validate/fit.ts';
import { jobFaults } from './validate/job.ts';
import { nullableKeyWarnings } from './validate/nullable-key.ts';
import { rowFaults } from './validate/row-faults.ts';
import { stateWarnings } from './validate/state.ts';
import { writeBackFaults } from './validate/write-back.ts';
import { inputsOf, relationsOf } from './walk.ts';

/**
 * Everything that is wrong with a plan, from its sources to its outputs; empty: it can run.
 * The twin of the rules that the DSL's types enforce, in the same words, and of those that types cannot see.
 * What stands on a row type that is wrong is not judged: one fault does not cause others.
 */
export function validate(plan: JobPlan): readonly Fault[] {
  const faults = [...jobFaults(plan)];
  const wrong = new Set<Relation>();
  const judged = (node: Relation | IntoNode): boolean => !inputsOf(node).some((input) => wrong.has(input));
  for (const node of relationsOf(plan)) {
    const found = judged(node) ? rowFaults(node) : [];
    if (found.length > 0 || !judged(node)) wrong.add(node);
    for (const message of [...found, ...clockFaults(node)]) faults.push({ at: node.at, message });
  }
  for (const output of plan.outputs) {
    if (!judged(output)) continue;
    for (const message of fitFaults(output)) faults.push({ at: output.at, message });
  }
  return [...faults, ...writeBackFaults(plan)];
}

/**
 * What is right but may surprise: key parts that may be NULL, state that grows for ever, a `ttl` that frees nothing.
 * Judged on the plan as it runs: state that a rewriting does away with is none.
 */
export function warnings(plan: JobPlan): readonly Fault[] {
  return relationsOf(rewrite(plan)).flatMap((node) =>
    [...nullableKeyWarnings(node), ...stateWarnings(node)].map((message) => ({ at: node.at, message })),
  );
}

export type { Fault };
