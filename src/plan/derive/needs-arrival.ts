import type { JobPlan, Relation } from '../node.ts';
import { relationsBelow, relationsOf } from '../walk.ts';

/**
 * The relations whose order of arrival an operator above asks for: all below a `lastValue` or `firstValue`
 * (its order is arrival, or arrival decides ties of `by`) or an upsert.
 * There the hidden sequence number is part of a row: a change of it alone is a change.
 */
export function needsArrival(plan: JobPlan): ReadonlySet<Relation> {
  const needed = new Set<Relation>();
  for (const node of relationsOf(plan)) {
    if (node.op !== 'lastValue' && node.op !== 'firstValue' && node.op !== 'upsert') continue;
    for (const below of relationsBelow(node)) needed.add(below);
  }
  return needed;
}
