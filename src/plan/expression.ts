// Expressions of the plan: a closed union of frozen nodes. Every method of the DSL is one `call`.
import type { SqlType, Value } from '../values/sql-type.ts';

/** The closed list of functions. Typing, evaluation and printing are each complete over it. */
export type FunctionName =
  // tests, three-valued
  | 'and'
  | 'or'
  | 'not'
  | 'isNull'
  | 'isNotNull'
  | 'isDistinctFrom'
  | 'eq'
  | 'ne'
  | 'gt'
  | 'gte'
  | 'lt'
  | 'lte'
  | 'between'
  | 'in'
  | 'like'
  // NULL
  | 'orElse'
  | 'nullIf'
  // numbers
  | 'plus'
  | 'minus'
  | 'times'
  | 'dividedBy'
  | 'quotient'
  | 'mod'
  | 'negate'
  | 'abs'
  | 'round'
  | 'floor'
  | 'ceil'
  // text
  | 'lower'
  | 'upper'
  | 'trim'
  | 'length'
  | 'concat'
  | 'contains'
  | 'startsWith'
  | 'endsWith'
  | 'substring'
  // calendar, in the catalog's zone: epoch milliseconds or TIMESTAMP(3) to text
  | 'hourOf'
  | 'dayOf'
  | 'monthOf'
  | 'minuteOf';

/** A function of the user's own. Arguments and result are edge values (see `values/edge.ts`); NULL in gives NULL out, uncalled. */
export interface UserFunction {
  readonly name: string;
  readonly args: readonly SqlType[];
  readonly returns: SqlType;
  readonly run: (...args: never[]) => unknown;
}

/** A computation over one row. */
export type Expression =
  | { readonly op: 'column'; readonly name: string }
  /** `value` is an engine value of `type`; NULL literals carry a type too. */
  | { readonly op: 'literal'; readonly type: SqlType; readonly value: Value }
  /** The epoch's clock in epoch milliseconds, plus `shift` milliseconds. */
  | {
      readonly op: 'clock';
      readonly of: 'now' | 'startOfToday' | 'startOfHour';
      readonly shift: number;
      readonly type: 'BIGINT' | 'TIMESTAMP(3)';
    }
  | { readonly op: 'call'; readonly name: FunctionName; readonly args: readonly Expression[] }
  /** `try`: a value that cannot be cast is NULL, not an error. */
  | { readonly op: 'cast'; readonly of: Expression; readonly to: SqlType; readonly try: boolean }
  | {
      readonly op: 'case';
      readonly when: readonly (readonly [test: Expression, value: Expression])[];
      readonly otherwise: Expression;
    }
  | { readonly op: 'udf'; readonly function: UserFunction; readonly args: readonly Expression[] };

/** The closed list of aggregates. */
export type AggregateName = 'count' | 'countDistinct' | 'sum' | 'avg' | 'min' | 'max';

/** One aggregate of a group: over the rows where `where` is TRUE (null: all). `count` has no argument. */
export interface Aggregate {
  readonly name: AggregateName;
  readonly arg: Expression | null;
  readonly where: Expression | null;
}
