import { columnsOf } from '../derive/columns.ts';
import { expressionType } from '../derive/expression-type.ts';
import type { FilterNode } from '../node.ts';
import { expressionFaults } from './expression.ts';

/** The test is one, over columns that are there. */
export function filterFaults(node: FilterNode): readonly string[] {
  const columns = columnsOf(node.input);
  return expressionFaults(node.test, columns, () => {
    const { type } = expressionType(node.test, columns);
    if (type !== 'BOOLEAN') throw new Error(`a test is wanted, not ${type}`);
  }).map((fault) => `filter: ${fault}`);
}
