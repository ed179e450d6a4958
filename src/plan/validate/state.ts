import { growthOf } from '../derive/growth.ts';
import type { Relation } from '../node.ts';
import { relationsBelow } from '../walk.ts';

const CALLS = { lastValue: 'lastValue', firstValue: 'firstValue', aggregate: 'agg' } as const;

/** Warns of state that grows for ever, and of a `ttl` that never comes to pass because what is below never settles. */
export function stateWarnings(node: Relation): readonly string[] {
  if (node.op !== 'lastValue' && node.op !== 'firstValue' && node.op !== 'aggregate') return [];
  const call = CALLS[node.op];
  if (node.ttl === null) {
    const growth = growthOf(node);
    if (growth !== 'per key' && growth !== 'per row') return [];
    const what = growth === 'per key' ? 'key' : node.op === 'aggregate' ? 'value' : 'row';
    return [`${call} keeps every ${what} for ever: { ttl: days(…) } frees what has come to rest`];
  }
  const kept = relationsBelow(node).find((below) => 'ttl' in below && below.ttl === null);
  if (kept === undefined) return [];
  return [
    `${call}: its ttl frees nothing, since ${kept.op === 'aggregate' ? 'agg' : kept.op} at ${kept.at.file}:${kept.at.line} below keeps its rows for ever: give that a ttl too`,
  ];
}
