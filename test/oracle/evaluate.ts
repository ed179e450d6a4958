// Expressions, straight from their meaning: no compilation, no caches.
import { expressionType } from '../../src/plan/derive/expression-type.ts';
import type { Expression } from '../../src/plan/expression.ts';
import type { Column } from '../../src/plan/schema.ts';
import { converted } from './arithmetic.ts';
import { startOf } from './calendar.ts';
import { FUNCTIONS } from './functions.ts';
import { decimalText } from './numbers.ts';
import { decimalParts, Reject, type Row, type SqlType, type Value } from './types.ts';

/** What an expression is computed over. */
export interface Scope {
  readonly columns: readonly Column[];
  readonly zone: string;
  /** Recorded clock of the row's epoch. */
  readonly clock: number;
}

/** The value of an expression over a row. @throws Reject where it has none */
export function evaluate(expression: Expression, row: Row, scope: Scope): Value {
  const typeOf = (of: Expression): SqlType => expressionType(of, scope.columns).type;
  const inner = (of: Expression): Value => evaluate(of, row, scope);
  /** The value in the type that the whole expression has. */
  const common = (of: Expression): Value => {
    const value = inner(of);
    return value === null ? null : cast(value, typeOf(of), typeOf(expression), false);
  };
  switch (expression.op) {
    case 'column':
      return row[expression.name] as Value;
    case 'literal':
      return expression.value;
    case 'clock':
      return clockOf(expression.of, scope) + expression.shift;
    case 'cast': {
      const value = inner(expression.of);
      return value === null ? null : cast(value, typeOf(expression.of), expression.to, expression.try);
    }
    case 'case': {
      const taken = expression.when.find(([test]) => inner(test) === true);
      return common(taken === undefined ? expression.otherwise : taken[1]);
    }
    case 'udf': {
      const { args, run } = expression.function;
      const values = expression.args.map(inner);
      if (values.includes(null)) return null;
      try {
        const call = run as (...given: unknown[]) => Value;
        return call(...values.map((value, i) => edgeOf(value, args[i] as SqlType)));
      } catch (error) {
        throw new Reject(String(error));
      }
    }
    case 'call': {
      const compute = FUNCTIONS[expression.name];
      if (compute === undefined) throw new Error(`the oracle does not know ${expression.name}`);
      return compute({
        args: expression.args.map((of) => ({
          type: typeOf(of),
          value: () => inner(of),
          common: () => common(of),
        })),
        type: typeOf(expression),
        zone: scope.zone,
      });
    }
  }
}

function clockOf(of: 'now' | 'startOfToday' | 'startOfHour', { clock, zone }: Scope): number {
  if (of === 'now') return clock;
  return startOf(of === 'startOfToday' ? 'dayOf' : 'hourOf', clock, zone);
}

function cast(value: Value, from: SqlType, to: SqlType, orNull: boolean): Value {
  const made = converted(value, from, to);
  if (made !== undefined) return made;
  if (orNull) return null;
  throw new Reject(`${value} is no ${to}`);
}

/** A value as programs see it: a DECIMAL is text. */
export function edgeOf(value: Value, type: SqlType): Value {
  const decimal = decimalParts(type);
  if (value === null || decimal === undefined) return value;
  return decimalText(value as bigint, decimal[1]);
}
