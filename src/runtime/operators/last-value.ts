import type { FirstValueNode, LastValueNode } from '../../plan/node.ts';
import type { Compiling } from '../compiling.ts';
import type { Operator } from '../operator.ts';
import { AppendWinner } from './winner/append-winner.ts';
import { RankedWinner } from './winner/ranked-winner.ts';

/** One row of each key: the last by arrival or by a column (`firstValue`: the first). */
export function lastValueOperator(node: LastValueNode | FirstValueNode, compiling: Compiling): Operator {
  return node.ignoreNulls || compiling.retracts(node.input)
    ? new RankedWinner(node, compiling)
    : new AppendWinner(node, compiling);
}
