import type { FirstValueNode, LastValueNode } from '../../../plan/node.ts';
import type { Column } from '../../../plan/schema.ts';
import { comparator } from '../../../values/compare.ts';
import type { Row, Value } from '../../../values/sql-type.ts';

/** Does row `a` that arrived at `aSeq` win over row `b`? Rows of one key; no two have one arrival. */
export type Beats = (a: Row, aSeq: number, b: Row, bSeq: number) => boolean;

/**
 * Which of two rows wins: by arrival, or by a column. For `lastValue` the greatest value, ties go to the later arrival;
 * for `firstValue` the least, ties to the earlier. NULL loses to any value.
 */
export function orderOf(node: LastValueNode | FirstValueNode, columns: readonly Column[]): Beats {
  const last = node.op === 'lastValue';
  const { by } = node;
  if (by === null) return last ? (_a, aSeq, _b, bSeq) => aSeq > bSeq : (_a, aSeq, _b, bSeq) => aSeq < bSeq;
  const type = columns.find((column) => column.name === by)?.type ?? 'VARCHAR';
  const compare = comparator(type);
  return (a, aSeq, b, bSeq) => {
    const x = a[by] as Value;
    const y = b[by] as Value;
    if (x === null || y === null) {
      if (x !== y) return y === null;
    } else {
      const order = compare(x, y);
      if (order !== 0) return last ? order > 0 : order < 0;
    }
    return last ? aSeq > bSeq : aSeq < bSeq;
  };
}
