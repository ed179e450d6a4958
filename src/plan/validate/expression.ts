import type { Expression } from '../expression.ts';
import { columnsIn, partsOf } from '../expressions-of.ts';
import { nearest } from '../nearest.ts';
import type { Column } from '../schema.ts';
import { literalFault } from './literal.ts';

/** A column that a row of these columns does not have, in words; with the nearest name. */
export function noColumn(name: string, columns: readonly Column[]): string {
  return `there is no column '${name}'${nearest(
    name,
    columns.map((column) => column.name),
  )}`;
}

/**
 * What is wrong with an expression over a row of these columns: unknown columns, literals that are no value of their
 * type, and if there are none what `type`, which asks for its type, throws.
 */
export function expressionFaults(
  expression: Expression,
  columns: readonly Column[],
  type: () => unknown,
): readonly string[] {
  const faults = [...columnsIn(expression)]
    .filter((name) => !columns.some((column) => column.name === name))
    .map((name) => noColumn(name, columns));
  for (const part of partsOf(expression)) {
    const fault = part.op === 'literal' ? literalFault(part.type, part.value) : undefined;
    if (fault !== undefined) faults.push(fault);
  }
  if (faults.length > 0) return faults;
  try {
    type();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
