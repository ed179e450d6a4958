import type { Expression, FunctionName } from '../../../src/plan/expression.ts';
import type { Column } from '../../../src/plan/schema.ts';
import { compileExpression } from '../../../src/runtime/expressions/compile.ts';
import type { Environment } from '../../../src/runtime/expressions/environment.ts';
import { calendar } from '../../../src/values/calendar.ts';
import type { Row, SqlType, Value } from '../../../src/values/sql-type.ts';

export const env: Environment = {
  clock: { now: 5000, startOfToday: 3000, startOfHour: 4000 },
  calendar: calendar('Asia/Shanghai'),
};

/** A value and its type. */
export type Typed = readonly [type: SqlType, value: Value];

export const column = (name: string): Expression => ({ op: 'column', name });
export const literal = ([type, value]: Typed): Expression => ({ op: 'literal', type, value });
export const call = (name: FunctionName, ...args: Expression[]): Expression => ({ op: 'call', name, args });

/** A function of columns that hold these values. */
export function evaluate(name: FunctionName, ...values: readonly Typed[]): Value {
  const columns: Column[] = values.map(([type], i) => ({ name: `c${i}`, type, nullable: true }));
  const row: Row = Object.fromEntries(values.map(([, value], i) => [`c${i}`, value]));
  return compileExpression(call(name, ...columns.map((c) => column(c.name))), columns, env)(row);
}

/** The same of columns and of literals, which compile to other code: both must agree. */
export function both(name: FunctionName, ...values: readonly Typed[]): Value {
  const ofColumns = outcome(() => evaluate(name, ...values));
  // All literals, and all but the first.
  const [first, ...others] = values as [Typed, ...Typed[]];
  const columns: Column[] = [{ name: 'c', type: first[0], nullable: true }];
  const mixed = call(name, column('c'), ...others.map(literal));
  const ofMixed = outcome(() => compileExpression(mixed, columns, env)({ c: first[1] }));
  const ofLiterals = outcome(() => compileExpression(call(name, ...values.map(literal)), [], env)({}));
  for (const other of [ofMixed, ofLiterals])
    if (!Object.is(other.value, ofColumns.value) || other.error?.message !== ofColumns.error?.message)
      throw new Error(`columns give ${text(ofColumns)}, literals ${text(other)}`);
  if (ofColumns.error) throw ofColumns.error;
  return ofColumns.value as Value;
}

interface Outcome {
  value?: Value;
  error?: Error;
}
function outcome(run: () => Value): Outcome {
  try {
    return { value: run() };
  } catch (error) {
    return { error: error as Error };
  }
}
const text = ({ value, error }: Outcome): string =>
  error ? `error ${error.message}` : `${typeof value} ${value}`;
