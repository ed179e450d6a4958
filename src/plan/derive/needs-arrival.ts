import type { JobPlan, Relation } from '../node.ts';
import { relationsBelow, relationsOf } from '../walk.ts';
import { upsertKeyOf } from './upsert-key.ts';

/**
 * The relations whose order of arrival an operator above asks for: all below a `lastValue` or `firstValue`
 * (its order is arrival, or arrival decides ties of `by`), an upsert, or a lookup of rows without a key (arrival alone tells
 * equal rows apart that were joined with different rows).
 * There the hidden sequence number is part of a row: a change of it alone is a change.
 */
export function needsArrival(plan: JobPlan): ReadonlySet<Relation> {
  const needed = new Set<Relation>();
  for (const node of relationsOf(plan)) {
    const byArrival = node.op === 'lastValue' || node.op === 'firstValue' || node.op === 'upsert';
    const told = node.op === 'lookup' && upsertKeyOf(node.input) === 'no-key';
    if (!byArrival && !told) continue;
    for (const below of relationsBelow(node)) needed.add(below);
  }
  return needed;
}
