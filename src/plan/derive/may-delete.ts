import type { IntoNode, Relation } from '../node.ts';
import { changeModeOf } from './change-mode.ts';
import { isOfKeyedSource } from './keyed-source.ts';
import { upsertKeyOf } from './upsert-key.ts';

/** May an output delete rows of its table? Because a row of its input goes, or comes to lie under another primary key. */
export function mayDelete({ input, table }: IntoNode): boolean {
  if (mayGo(input)) return true;
  const key = upsertKeyOf(input);
  return (
    changesRows(input) && typeof key !== 'string' && table.primaryKey.some((name) => !key.includes(name))
  );
}

/** May a row of the relation go, and none of its key take its place? */
function mayGo(node: Relation): boolean {
  switch (node.op) {
    case 'source':
    case 'upsert':
      return false;
    case 'project':
      return mayGo(node.input);
    case 'filter':
    case 'lookup':
      // A changed row may leave the filter, or look up another key.
      return changesRows(node.input);
    case 'lastValue':
    case 'firstValue':
      return isOfKeyedSource(node) || changesRows(node.input);
    case 'aggregate':
      // The last row of a group may go to another.
      return changesRows(node.input);
  }
}

function changesRows(node: Relation): boolean {
  const mode = changeModeOf(node);
  return mode === 'updating' || mode === 'retracting';
}
