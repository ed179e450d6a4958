import type { AggregateNode, FirstValueNode, LastValueNode, LookupNode, Relation } from '../node.ts';
import { upsertKeyOf } from './upsert-key.ts';

/**
 * How the state of a node grows with its input: not at all, up to a bound, with the number of keys, or with the number of rows.
 * A `ttl` frees what it has settled; without one, state that grows grows for ever.
 */
export type Growth = 'none' | 'bounded' | 'per key' | 'per row';

/** The growth of a node's own state, its inputs' aside. */
export function growthOf(node: Relation): Growth {
  switch (node.op) {
    case 'source':
    case 'filter':
    case 'project':
    case 'upsert':
      return 'none';
    case 'lookup':
      return lookupGrowth(node);
    case 'lastValue':
    case 'firstValue':
      return winnerGrowth(node);
    case 'aggregate':
      return aggregateGrowth(node);
  }
}

/** Where a row can be taken back, all rows of a key are kept, so that the one before is there to fall back to. */
function winnerGrowth(node: LastValueNode | FirstValueNode): Growth {
  const key = upsertKeyOf(node.input);
  const oneRowPerKey = typeof key !== 'string' && key.every((part) => node.keys.includes(part));
  if (key !== 'append-only' && !oneRowPerKey) return 'per row';
  return node.keys.length === 0 ? 'bounded' : 'per key';
}

/** Reference counts of `countDistinct`, and the extremes that a retracted one falls back to, are kept per value. */
function aggregateGrowth(node: AggregateNode): Growth {
  const appended = upsertKeyOf(node.input) === 'append-only';
  const perValue = node.calls.some(
    ([, { name }]) => name === 'countDistinct' || (!appended && (name === 'min' || name === 'max')),
  );
  if (perValue) return 'per row';
  return node.keys.length === 0 ? 'bounded' : 'per key';
}

/** What was looked up for a row that can be taken back is kept: that is what is taken back then. */
function lookupGrowth({ input }: LookupNode): Growth {
  const key = upsertKeyOf(input);
  if (key === 'append-only') return 'none';
  if (key === 'no-key') return 'per row';
  return key.length === 0 ? 'bounded' : 'per key';
}
