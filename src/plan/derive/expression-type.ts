import { familyOf, type SqlType } from '../../values/sql-type.ts';
import type { Expression, FunctionName } from '../expression.ts';
import type { Column } from '../schema.ts';
import { FUNCTION_TYPES } from './function-type.ts';
import { commonType } from './numeric-type.ts';

/** The type of a value, and whether it may be NULL. */
export interface ValueType {
  readonly type: SqlType;
  readonly nullable: boolean;
}

/**
 * The type of an expression over a row of these columns.
 * A `udf` may give NULL for anything; with `trusted` it is taken at its word, as the DSL's types do: NULL only for NULL.
 * @throws Error that says what does not fit: an unknown column, an argument of a wrong type
 */
export function expressionType(
  expression: Expression,
  columns: readonly Column[],
  trusted = false,
): ValueType {
  const typeOf = (of: Expression): ValueType => expressionType(of, columns, trusted);
  switch (expression.op) {
    case 'column': {
      const column = columns.find(({ name }) => name === expression.name);
      if (column === undefined) throw new Error(`there is no column '${expression.name}'`);
      return { type: column.type, nullable: column.nullable };
    }
    case 'literal':
      return { type: expression.type, nullable: expression.value === null };
    case 'clock':
      return { type: expression.type, nullable: false };
    case 'call': {
      const args = expression.args.map(typeOf);
      const type = FUNCTION_TYPES[expression.name](
        expression.name,
        args.map((arg) => arg.type),
      );
      return { type, nullable: mayBeNull(expression.name, args) };
    }
    case 'cast': {
      const of = typeOf(expression.of);
      if (!castable(of.type, expression.to)) throw new Error(`${of.type} cannot be cast to ${expression.to}`);
      return { type: expression.to, nullable: expression.try || of.nullable };
    }
    case 'case': {
      for (const [test] of expression.when) {
        const { type } = typeOf(test);
        if (type !== 'BOOLEAN') throw new Error(`when takes a test, not ${type}`);
      }
      const branches = [...expression.when.map(([, value]) => value), expression.otherwise].map(typeOf);
      return {
        type: branches.map(({ type }) => type).reduce(branchType),
        nullable: branches.some(({ nullable }) => nullable),
      };
    }
    case 'udf': {
      const { name, args: wanted, returns } = expression.function;
      const args = expression.args.map(typeOf);
      if (args.length !== wanted.length) {
        throw new Error(`${name} takes ${wanted.length} arguments, not ${args.length}`);
      }
      args.forEach(({ type }, i) => {
        if (type !== wanted[i]) throw new Error(`${name}: argument ${i + 1} is ${type}, not ${wanted[i]}`);
      });
      return { type: returns, nullable: !trusted || args.some(({ nullable }) => nullable) };
    }
  }
}

function mayBeNull(name: FunctionName, args: readonly ValueType[]): boolean {
  switch (name) {
    case 'isNull':
    case 'isNotNull':
    case 'isDistinctFrom':
      return false;
    case 'orElse':
      return args.every(({ nullable }) => nullable);
    case 'nullIf':
      return true;
    default:
      return args.some(({ nullable }) => nullable);
  }
}

function branchType(left: SqlType, right: SqlType): SqlType {
  const common = commonType(left, right);
  if (common === undefined) throw new Error(`branches of different types: ${left} and ${right}`);
  return common;
}

/** Besides: a TIMESTAMP(3) and its DATE, a TIMESTAMP(3) and its epoch milliseconds, either way. */
const TIME_CASTS: readonly (readonly SqlType[])[] = [
  ['TIMESTAMP(3)', 'DATE'],
  ['TIMESTAMP(3)', 'BIGINT'],
  ['TIMESTAMP(3)', 'BIGINT(bigint)'],
];

/** A type is cast to its family, text to and from anything. */
function castable(from: SqlType, to: SqlType): boolean {
  const families = [familyOf(from), familyOf(to)];
  return (
    families[0] === families[1] ||
    families.includes('text') ||
    TIME_CASTS.some((pair) => pair.includes(from) && pair.includes(to))
  );
}
