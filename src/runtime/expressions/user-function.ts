import { RowError } from '../../errors.ts';
import type { UserFunction } from '../../plan/expression.ts';
import { fromEdge, toEdge } from '../../values/edge.ts';
import { show } from '../../values/show.ts';
import type { Operand, Run } from './operand.ts';

/**
 * A call of a user's function over edge values. A NULL argument gives NULL, uncalled.
 * What it throws, and a result that is not of its type, become a `RowError` that names it.
 */
export function userFunction(
  { name, args: types, returns, run }: UserFunction,
  args: readonly Operand[],
): Run {
  const call = run as (...args: unknown[]) => unknown;
  const operands = args.map((arg, i) => ({ run: arg.run, type: types[i] ?? arg.type }));
  return (row) => {
    const values: unknown[] = [];
    for (const { run: value, type } of operands) {
      const argument = value(row);
      if (argument === null) return null;
      values.push(toEdge(type, argument));
    }
    let result: unknown;
    try {
      result = call(...values);
    } catch (error) {
      throw new RowError(`udf '${name}' threw: ${reasonOf(error)}`);
    }
    try {
      return fromEdge(returns, result);
    } catch (error) {
      throw error instanceof RowError ? new RowError(`udf '${name}': ${error.message}`) : error;
    }
  };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : show(error));
