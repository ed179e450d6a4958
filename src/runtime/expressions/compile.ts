// Expressions become closures once, when the pipeline is built; nothing is looked up per row.
import { expressionType } from '../../plan/derive/expression-type.ts';
import type { Expression } from '../../plan/expression.ts';
import type { Fields } from '../../plan/node.ts';
import type { Column } from '../../plan/schema.ts';
import { generate, quoteName } from '../../values/generate.ts';
import type { Row, Value } from '../../values/sql-type.ts';
import { caseOf } from './case.ts';
import { cast } from './cast.ts';
import type { Environment, EpochClock } from './environment.ts';
import { FUNCTIONS } from './functions.ts';
import type { Operand, Run } from './operand.ts';
import { projection } from './projection.ts';
import { userFunction } from './user-function.ts';

/**
 * The function that computes an expression over rows of these columns, in the type that the plan derives.
 * It throws `RowError` for a row that has no result; see `canThrow`.
 */
export function compileExpression(
  expression: Expression,
  columns: readonly Column[],
  env: Environment,
): (row: Row) => Value {
  return operandOf(expression, columns, env).run;
}

/** Whether a test is TRUE for a row: FALSE and NULL are not. */
export function compileTest(
  test: Expression,
  columns: readonly Column[],
  env: Environment,
): (row: Row) => boolean {
  const run = compileExpression(test, columns, env);
  return (row) => run(row) === true;
}

/** The function that makes a row of these fields, in their order: a plain object, one hidden class for all. */
export function compileProjection(
  fields: Fields,
  columns: readonly Column[],
  env: Environment,
): (row: Row) => Row {
  const unchanged =
    fields.length === columns.length &&
    fields.every(([name, of], i) => of.op === 'column' && of.name === name && columns[i]?.name === name);
  if (unchanged) return (row) => row;
  return projection(
    fields.map(([name, of]) =>
      of.op === 'column' ? { name, column: of.name } : { name, run: compileExpression(of, columns, env) },
    ),
  );
}

function operandOf(expression: Expression, columns: readonly Column[], env: Environment): Operand {
  const { type } = expressionType(expression, columns);
  const column = expression.op === 'column' ? expression.name : undefined;
  const literal = expression.op === 'literal' ? expression.value : undefined;
  const inner = (of: Expression): Operand => operandOf(of, columns, env);
  return { type, run: runOf(expression, type, inner, env), literal, column };
}

function runOf(
  expression: Expression,
  type: Operand['type'],
  inner: (of: Expression) => Operand,
  env: Environment,
): Run {
  switch (expression.op) {
    case 'column':
      return columnReader(expression.name);
    case 'literal': {
      const { value } = expression;
      return () => value;
    }
    case 'clock':
      return clockReader(env.clock, expression.of, expression.shift);
    case 'call':
      return FUNCTIONS[expression.name].make(expression.args.map(inner), type, env);
    case 'cast':
      return cast(inner(expression.of), expression.to, expression.try);
    case 'case':
      return caseOf(
        expression.when.map(([test, value]) => [inner(test), inner(value)] as const),
        inner(expression.otherwise),
        type,
      );
    case 'udf':
      return userFunction(expression.function, expression.args.map(inner));
  }
}

function columnReader(name: string): Run {
  const generated = generate<Run>({}, `return row=>row[${quoteName(name)}]`, 'The value of a column');
  return generated ?? ((row) => row[name] as Value);
}

function clockReader(clock: EpochClock, of: keyof EpochClock, shift: number): Run {
  switch (of) {
    case 'now':
      return () => clock.now + shift;
    case 'startOfToday':
      return () => clock.startOfToday + shift;
    case 'startOfHour':
      return () => clock.startOfHour + shift;
  }
}
