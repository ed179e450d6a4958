import { columnsOf } from '../derive/columns.ts';
import type { FirstValueNode, LastValueNode, UpsertNode } from '../node.ts';
import { noColumn } from './expression.ts';
import { keyFaults } from './keys.ts';
import { ttlFaults } from './ttl.ts';

/** Key, order and `ttl` of the row that wins. */
export function winnerFaults(node: LastValueNode | FirstValueNode): readonly string[] {
  return [
    ...upsertFaults(node),
    ...(node.by === null ? [] : orderFaults(node, node.by)),
    ...ttlFaults(node.op, node.ttl),
  ];
}

/** There is a key, of columns that are there. */
export function upsertFaults(node: LastValueNode | FirstValueNode | UpsertNode): readonly string[] {
  if (node.keys.length === 0) return ['keyBy: name at least one column'];
  return keyFaults('keyBy', node.keys, node.input);
}

function orderFaults(node: LastValueNode | FirstValueNode, by: string): readonly string[] {
  const columns = columnsOf(node.input);
  const column = columns.find(({ name }) => name === by);
  if (column === undefined) return [`${node.op}: ${noColumn(by, columns)}`];
  return column.type === 'BOOLEAN' ? [`${node.op}: '${by}' is BOOLEAN, which has no order`] : [];
}
