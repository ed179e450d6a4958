import type { FunctionName } from '../../plan/expression.ts';
import { arithmetic } from './arithmetic.ts';
import { between, comparison, eq, isDistinctFrom, isIn, ne } from './comparison.ts';
import { and, isNotNull, isNull, not, nullIf, or, orElse } from './logic.ts';
import type { Make } from './operand.ts';
import { rounding } from './rounding.ts';
import { sign } from './sign.ts';
import {
  concat,
  contains,
  endsWith,
  length,
  like,
  lower,
  startsWith,
  substring,
  trim,
  upper,
} from './text.ts';
import { localTime } from './time.ts';

/** How the calls of a function are computed, and whether one may throw for a row where its arguments do not. */
interface FunctionRule {
  readonly make: Make;
  readonly throws: boolean;
}

const total = (make: Make): FunctionRule => ({ make, throws: false });
const partial = (make: Make): FunctionRule => ({ make, throws: true });

/** All functions of the plan. */
export const FUNCTIONS: Readonly<Record<FunctionName, FunctionRule>> = {
  and: total(and),
  or: total(or),
  not: total(not),
  isNull: total(isNull),
  isNotNull: total(isNotNull),
  isDistinctFrom: total(isDistinctFrom),
  eq: total(eq),
  ne: total(ne),
  gt: total(comparison('gt')),
  gte: total(comparison('gte')),
  lt: total(comparison('lt')),
  lte: total(comparison('lte')),
  between: total(between),
  in: total(isIn),
  like: total(like),
  // But for the casts of its arguments to their common type.
  orElse: total(orElse),
  nullIf: total(nullIf),
  plus: partial(arithmetic('plus')),
  minus: partial(arithmetic('minus')),
  times: partial(arithmetic('times')),
  dividedBy: partial(arithmetic('dividedBy')),
  quotient: partial(arithmetic('quotient')),
  mod: partial(arithmetic('mod')),
  negate: partial(sign('negate')),
  abs: partial(sign('abs')),
  round: partial(rounding('round')),
  floor: partial(rounding('floor')),
  ceil: partial(rounding('ceil')),
  lower: total(lower),
  upper: total(upper),
  trim: total(trim),
  length: total(length),
  concat: total(concat),
  contains: total(contains),
  startsWith: total(startsWith),
  endsWith: total(endsWith),
  substring: total(substring),
  hourOf: partial(localTime('hourOf')),
  dayOf: partial(localTime('dayOf')),
  monthOf: partial(localTime('monthOf')),
  minuteOf: partial(localTime('minuteOf')),
};
