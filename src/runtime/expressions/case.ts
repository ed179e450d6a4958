import type { SqlType } from '../../values/sql-type.ts';
import { coerced } from './cast.ts';
import type { Operand, Run } from './operand.ts';

/** The value of the first test that is TRUE, else the last one, in the type that all branches share. Branches not taken are not computed. */
export function caseOf(
  when: readonly (readonly [test: Operand, value: Operand])[],
  otherwise: Operand,
  result: SqlType,
): Run {
  const branches = when.map(([test, value]) => ({ test: test.run, value: coerced(value, result) }));
  const last = coerced(otherwise, result);
  return (row) => {
    for (const { test, value } of branches) if (test(row) === true) return value(row);
    return last(row);
  };
}
