import { upsertKeyOf } from '../derive/upsert-key.ts';
import type { JobPlan, Relation } from '../node.ts';
import { relationsBelow } from '../walk.ts';
import { rebuild } from './rebuild.ts';

/**
 * A `lastValue` or `firstValue` by keys that the plan knows to be unique picks one row of one: it goes.
 * It stays above an operator with a `ttl`, which settles rows that it would still take back.
 */
export function removeRedundant(plan: JobPlan): JobPlan {
  return rebuild(plan, (node) => {
    if (node.op !== 'lastValue' && node.op !== 'firstValue') return node;
    const key = upsertKeyOf(node.input);
    const unique = typeof key !== 'string' && key.every((part) => node.keys.includes(part));
    return unique && !relationsBelow(node).some(settles) ? node.input : node;
  });
}

function settles(node: Relation): boolean {
  return 'ttl' in node && node.ttl !== null;
}
