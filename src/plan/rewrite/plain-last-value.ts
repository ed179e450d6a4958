import type { LastValueNode, Relation } from '../node.ts';

/** A `lastValue` by arrival, whole rows: neither `by` nor `ignoreNulls`. */
export function isPlainLastValue(node: Relation): node is LastValueNode {
  return node.op === 'lastValue' && node.by === null && !node.ignoreNulls;
}
