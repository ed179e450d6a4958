import { isOfKeyedSource } from '../derive/keyed-source.ts';
import { upsertKeyOf } from '../derive/upsert-key.ts';
import type { JobPlan, Ttl } from '../node.ts';
import { isPlainLastValue } from './plain-last-value.ts';
import { rebuild } from './rebuild.ts';

/**
 * `keyBy(k1).lastValue().keyBy(k2).lastValue()` with k2 a part of k1, over append-only rows, both by arrival: the row of
 * k2 that came last is the last of its k1 too, so the second alone gives it, and need not keep the rows that it beat.
 */
export function collapseLastValue(plan: JobPlan): JobPlan {
  return rebuild(plan, (node) => {
    if (!isPlainLastValue(node)) return node;
    const inner = node.input;
    if (!isPlainLastValue(inner) || upsertKeyOf(inner.input) !== 'append-only') return node;
    if (isOfKeyedSource(inner)) return node;
    if (!node.keys.every((key) => inner.keys.includes(key))) return node;
    return Object.freeze({ ...node, input: inner.input, ttl: together(inner.ttl, node.ttl) });
  });
}

/** The upper one's `ttl` begins where the lower one has settled; where one keeps its rows for ever, so do both. */
function together(inner: Ttl, outer: Ttl): Ttl {
  return inner === null || outer === null ? null : inner + outer;
}
