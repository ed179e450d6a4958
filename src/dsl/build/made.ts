import { wrong } from '../../errors.ts';
import { expressionType } from '../../plan/derive/expression-type.ts';
import type { Expression, FunctionName } from '../../plan/expression.ts';
import type { Column } from '../../plan/schema.ts';
import type { SqlType } from '../../values/sql-type.ts';
import { site, there } from './site.ts';

/** The row that a callback computes from: what tells its columns from those of any other row. */
export interface RowScope {
  readonly columns: readonly Column[];
}

/** An expression on its way into the plan. `row` is null for constants, which stand beside any row. */
export interface Made {
  readonly expression: Expression;
  readonly type: SqlType;
  readonly row: RowScope | null;
}

/** The values that callbacks handle, and what they stand for. */
const values = new WeakMap<object, Made>();

/** Notes what a value stands for. */
export function register(value: object, made: Made): void {
  values.set(value, made);
}

/** What a value stands for; undefined for anything that is no value of a row. */
export function madeOf(value: unknown): Made | undefined {
  return typeof value === 'object' && value !== null ? values.get(value) : undefined;
}

/** How messages name an expression. */
export function named({ expression, type }: Made): string {
  return expression.op === 'column' ? `column '${expression.name}' (${type})` : `a value of type ${type}`;
}

/** An expression over the row that its parts share, with its type; `scope` where it has no parts. */
export function made(expression: Expression, parts: readonly Made[], scope: RowScope | null = null): Made {
  let row = scope;
  for (const part of parts) {
    if (part.row === null) continue;
    if (row !== null && part.row !== row) {
      throw wrong(there(site(), `${named(part)} is of another row than the values beside it`));
    }
    row = part.row;
  }
  try {
    const { type } = expressionType(expression, row?.columns ?? []);
    return { expression: Object.freeze(expression), type, row };
  } catch (error) {
    throw wrong(there(site(), (error as Error).message), error);
  }
}

/** A call of a function of the plan. */
export function called(name: FunctionName, args: readonly Made[]): Made {
  return made({ op: 'call', name, args: Object.freeze(args.map((arg) => arg.expression)) }, args);
}
