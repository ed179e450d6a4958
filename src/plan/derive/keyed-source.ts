import type { Relation } from '../node.ts';

/** Is it the `lastValue` that makes the rows of a keyed source? Rows that arrive there may delete. */
export function isOfKeyedSource(node: Relation): boolean {
  if (node.op !== 'lastValue') return false;
  const below = node.input.op === 'project' ? node.input.input : node.input;
  return below.op === 'source' && below.source.primaryKey !== undefined;
}
