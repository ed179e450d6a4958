import type { Row, SqlType, Value } from '../../values/sql-type.ts';
import type { Environment } from './environment.ts';

/** The value of an expression over a row. */
export type Run = (row: Row) => Value;

/** An expression that is compiled already. */
export interface Operand {
  readonly type: SqlType;
  readonly run: Run;
  /** The value of a literal; undefined where it depends on the row or the clock. */
  readonly literal: Value | undefined;
  /** The name of a plain column: errors about its value name it. */
  readonly column: string | undefined;
}

/** Compiles one function over its arguments, whose types the plan has checked. `result` is the plan's type of the call. */
export type Make = (args: readonly Operand[], result: SqlType, env: Environment) => Run;

/** From one representation to another; never called with NULL. */
export type Convert = (value: Value) => Value;

/** NULL to NULL, all else through `convert`; of a literal once, here, unless that throws. */
export function mapped({ run, literal }: Operand, convert: Convert | undefined): Run {
  if (convert === undefined) return run;
  const each: Run = (row) => {
    const value = run(row);
    return value === null ? null : convert(value);
  };
  return literal === undefined ? each : folded(each);
}

function folded(run: Run): Run {
  try {
    const value = run({});
    return () => value;
  } catch {
    // It throws for each row, then.
    return run;
  }
}

/** A function of two values, NULL where one of them is. */
export function binary(left: Run, right: Run, compute: (x: Value, y: Value) => Value): Run {
  return (row) => {
    const x = left(row);
    if (x === null) return null;
    const y = right(row);
    return y === null ? null : compute(x, y);
  };
}
