// What each function takes and gives. Nullability is the expression's matter.
import { decimalOf, familyOf, type SqlType } from '../../values/sql-type.ts';
import type { FunctionName } from '../expression.ts';
import { arithmeticType, commonType, decimalType, isInteger, widerInteger } from './numeric-type.ts';

type Name = FunctionName;
/** Result type of a call; throws an Error that names function and type where an argument does not fit. */
type Rule = (name: Name, args: readonly SqlType[]) => SqlType;

const CAST_FIRST = "cast it first, .toDouble() or .cast('DECIMAL(p,s)')";

function count(name: Name, args: readonly SqlType[], least: number, most = least): void {
  if (args.length >= least && args.length <= most) return;
  const wanted = least === most ? `${least}` : most === Infinity ? `${least} or more` : `${least} or ${most}`;
  throw new Error(`${name} takes ${wanted} ${wanted === '1' ? 'argument' : 'arguments'}, not ${args.length}`);
}

/** All arguments are of one family, and so compare. */
function comparable(name: Name, args: readonly SqlType[]): void {
  const [first, ...others] = args as [SqlType, ...SqlType[]];
  for (const other of others) {
    if (familyOf(other) !== familyOf(first))
      throw new Error(`${name}: ${first} does not compare with ${other}`);
  }
}

function ordered(name: Name, args: readonly SqlType[]): void {
  comparable(name, args);
  const [first] = args as [SqlType];
  if (first === 'VARCHAR') throw new Error(`${name}: VARCHAR has no order here: ${CAST_FIRST}`);
  if (first === 'BOOLEAN') throw new Error(`${name}: BOOLEAN has no order`);
}

function each(name: Name, args: readonly SqlType[], wanted: SqlType): void {
  for (const arg of args) if (arg !== wanted) throw new Error(`${name} takes ${wanted}, not ${arg}`);
}

function numbers(name: Name, args: readonly SqlType[]): void {
  for (const arg of args) {
    if (familyOf(arg) !== 'number') throw new Error(`${name} takes numbers, not ${arg}: ${CAST_FIRST}`);
  }
}

const logic: Rule = (name, args) => {
  count(name, args, 1, Infinity);
  each(name, args, 'BOOLEAN');
  return 'BOOLEAN';
};
const nullTest: Rule = (name, args) => {
  count(name, args, 1);
  return 'BOOLEAN';
};
const equality: Rule = (name, args) => {
  count(name, args, 2);
  comparable(name, args);
  return 'BOOLEAN';
};
const order: Rule = (name, args) => {
  count(name, args, 2);
  ordered(name, args);
  return 'BOOLEAN';
};
const textTest: Rule = (name, args) => {
  count(name, args, 2);
  each(name, args, 'VARCHAR');
  return 'BOOLEAN';
};
const arithmetic =
  (operator: 'plus' | 'minus' | 'times'): Rule =>
  (name, args) => {
    count(name, args, 2);
    numbers(name, args);
    const [left, right] = args as [SqlType, SqlType];
    return arithmeticType(operator, left, right);
  };
const integers: Rule = (name, args) => {
  count(name, args, 2);
  for (const arg of args) if (!isInteger(arg)) throw new Error(`${name} takes integers, not ${arg}`);
  const [left, right] = args as [SqlType, SqlType];
  return widerInteger(left, right);
};
const sameNumber: Rule = (name, args) => {
  count(name, args, 1);
  numbers(name, args);
  return args[0] as SqlType;
};
/** DOUBLE stays; a DECIMAL keeps its scale and gains the digit that rounding up may need. */
const rounding =
  (most: 1 | 2): Rule =>
  (name, args) => {
    count(name, args, 1, most);
    const [of, digits] = args as [SqlType, SqlType?];
    if (digits !== undefined && !isInteger(digits))
      throw new Error(`${name} takes whole digits, not ${digits}`);
    if (of === 'DOUBLE') return of;
    const decimal = decimalOf(of);
    if (decimal === undefined) throw new Error(`${name} takes DOUBLE or DECIMAL, not ${of}`);
    return decimalType(Math.min(38, decimal.precision + 1), decimal.scale);
  };
const textToText: Rule = (name, args) => {
  count(name, args, 1);
  each(name, args, 'VARCHAR');
  return 'VARCHAR';
};
const calendar: Rule = (name, args) => {
  count(name, args, 1);
  const [time] = args as [SqlType];
  if (time !== 'BIGINT' && time !== 'TIMESTAMP(3)') {
    throw new Error(`${name} takes epoch milliseconds (BIGINT) or TIMESTAMP(3), not ${time}`);
  }
  return 'VARCHAR';
};

/** The result type of a call, by function. */
export const FUNCTION_TYPES: Readonly<Record<FunctionName, Rule>> = {
  and: logic,
  or: logic,
  not: (name, args) => {
    count(name, args, 1);
    return logic(name, args);
  },
  isNull: nullTest,
  isNotNull: nullTest,
  isDistinctFrom: equality,
  eq: equality,
  ne: equality,
  gt: order,
  gte: order,
  lt: order,
  lte: order,
  between: (name, args) => {
    count(name, args, 3);
    ordered(name, args);
    return 'BOOLEAN';
  },
  in: (name, args) => {
    count(name, args, 1, Infinity);
    comparable(name, args);
    return 'BOOLEAN';
  },
  like: textTest,
  contains: textTest,
  startsWith: textTest,
  endsWith: textTest,
  orElse: (name, args) => {
    count(name, args, 2);
    const [left, right] = args as [SqlType, SqlType];
    const common = commonType(left, right);
    if (common === undefined) throw new Error(`orElse: ${left} or ${right}: both must be of one type`);
    return common;
  },
  nullIf: (name, args) => {
    count(name, args, 2);
    comparable(name, args);
    return args[0] as SqlType;
  },
  plus: arithmetic('plus'),
  minus: arithmetic('minus'),
  times: arithmetic('times'),
  dividedBy: (name, args) => {
    count(name, args, 2);
    numbers(name, args);
    const [left, right] = args as [SqlType, SqlType];
    if (isInteger(left)) {
      throw new Error(
        `dividedBy is not for ${left}: .toDouble().dividedBy(…), or .quotient(…) for whole numbers`,
      );
    }
    return arithmeticType('dividedBy', left, right);
  },
  quotient: integers,
  mod: integers,
  negate: sameNumber,
  abs: sameNumber,
  round: rounding(2),
  floor: rounding(1),
  ceil: rounding(1),
  lower: textToText,
  upper: textToText,
  trim: textToText,
  length: (name, args) => {
    textToText(name, args);
    return 'INT';
  },
  concat: (name, args) => {
    count(name, args, 1, Infinity);
    each(name, args, 'VARCHAR');
    return 'VARCHAR';
  },
  substring: (name, args) => {
    count(name, args, 2, 3);
    const [text, ...places] = args as [SqlType, ...SqlType[]];
    each(name, [text], 'VARCHAR');
    for (const place of places)
      if (!isInteger(place)) throw new Error(`substring counts in integers, not ${place}`);
    return 'VARCHAR';
  },
  hourOf: calendar,
  dayOf: calendar,
  monthOf: calendar,
  minuteOf: calendar,
};
