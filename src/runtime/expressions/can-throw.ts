import { expressionType } from '../../plan/derive/expression-type.ts';
import type { Expression } from '../../plan/expression.ts';
import type { Column } from '../../plan/schema.ts';
import { castAlwaysFits } from './cast.ts';
import { FUNCTIONS } from './functions.ts';

/** Whether evaluation may throw `RowError` for some row of these columns. FALSE is a proof, TRUE may be caution. */
export function canThrow(expression: Expression, columns: readonly Column[]): boolean {
  const inner = (of: Expression): boolean => canThrow(of, columns);
  const fits = (of: Expression, into: Expression): boolean =>
    castAlwaysFits(expressionType(of, columns).type, expressionType(into, columns).type);
  switch (expression.op) {
    case 'column':
    case 'literal':
    case 'clock':
      return false;
    case 'call': {
      if (FUNCTIONS[expression.name].throws || expression.args.some(inner)) return true;
      return expression.name === 'orElse' && !expression.args.every((arg) => fits(arg, expression));
    }
    case 'cast':
      return inner(expression.of) || !(expression.try || fits(expression.of, expression));
    case 'case': {
      const values = [...expression.when.map(([, value]) => value), expression.otherwise];
      return (
        values.some(inner) ||
        expression.when.some(([test]) => inner(test)) ||
        !values.every((value) => fits(value, expression))
      );
    }
    case 'udf':
      return true;
  }
}
