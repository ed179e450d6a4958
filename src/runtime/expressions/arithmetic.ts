import { RowError } from '../../errors.ts';
import { divideHalfUp, fitsPrecision, rescale } from '../../values/decimal.ts';
import { decimalOf, type SqlType, type Value } from '../../values/sql-type.ts';
import { numberCast } from './cast-number.ts';
import { display } from './cast-to-text.ts';
import { unitsOf } from './common-form.ts';
import { integerRange } from './integer-range.ts';
import { binary, type Make, type Operand } from './operand.ts';

type Operator = 'plus' | 'minus' | 'times' | 'dividedBy' | 'quotient' | 'mod';
/** From the operands as they are to the result; undefined beyond its range. */
type Kernel = (x: Value, y: Value) => Value | undefined;

const DIVIDES: ReadonlySet<Operator> = new Set(['dividedBy', 'quotient', 'mod']);

/** Arithmetic in the plan's result type. Beyond its range, and for a division by zero: `RowError`. */
export const arithmetic =
  (operator: Operator): Make =>
  (args, result) => {
    const [left, right] = args as [Operand, Operand];
    const kernel = kernelOf(operator, left.type, right.type, result);
    const divides = DIVIDES.has(operator);
    const fail = (fault: string, x: Value, y: Value): never => {
      const column = right.literal === undefined ? undefined : left.column;
      throw new RowError(`${fault}: ${display(left.type, x)} ${operator} ${display(right.type, y)}`, column);
    };
    return binary(left.run, right.run, (x, y) => {
      if (divides && (y === 0 || y === 0n)) return fail('division by zero', x, y);
      return kernel(x, y) ?? fail(`${result} out of range`, x, y);
    });
  };

function kernelOf(operator: Operator, left: SqlType, right: SqlType, result: SqlType): Kernel {
  const decimal = decimalOf(result);
  if (decimal) return decimals(operator, left, right, decimal.precision, decimal.scale);
  if (result === 'DOUBLE') return doubles(operator, left, right);
  return result === 'BIGINT(bigint)' ? bigints(operator, left, right) : integers(operator, result);
}

// Of safe integers the result is exact, or beyond them.
const NUMBERS: Readonly<Record<Operator, (x: number, y: number) => number>> = {
  plus: (x, y) => x + y,
  minus: (x, y) => x - y,
  times: (x, y) => x * y,
  dividedBy: (x, y) => x / y,
  quotient: (x, y) => (x - (x % y)) / y,
  mod: (x, y) => x % y,
};

function doubles(operator: Operator, left: SqlType, right: SqlType): Kernel {
  const compute = NUMBERS[operator];
  const [toLeft, toRight] = [numberCast(left, 'DOUBLE'), numberCast(right, 'DOUBLE')];
  return (x, y) => {
    const value = compute(toLeft(x) as number, toRight(y) as number);
    return Number.isFinite(value) ? value : undefined;
  };
}

function integers(operator: Operator, type: SqlType): Kernel {
  const compute = NUMBERS[operator];
  const range = integerRange(type);
  const [min, max] = [Number(range?.min), Number(range?.max)];
  return (x, y) => {
    const value = compute(x as number, y as number);
    // `+ 0`: an integer is never −0.
    return value >= min && value <= max ? value + 0 : undefined;
  };
}

const BIGINTS: Readonly<Record<Operator, (x: bigint, y: bigint) => bigint>> = {
  plus: (x, y) => x + y,
  minus: (x, y) => x - y,
  times: (x, y) => x * y,
  dividedBy: divideHalfUp,
  quotient: (x, y) => x / y,
  mod: (x, y) => x % y,
};

const asIs = (value: Value): Value => value;

function bigints(operator: Operator, left: SqlType, right: SqlType): Kernel {
  const compute = BIGINTS[operator];
  const [toLeft, toRight] = [unitsOf(left, 0) ?? asIs, unitsOf(right, 0) ?? asIs];
  return (x, y) => {
    const value = compute(toLeft(x) as bigint, toRight(y) as bigint);
    return BigInt.asIntN(64, value) === value ? value : undefined;
  };
}

/** Computed exactly, then rounded once to the result's scale. */
function decimals(
  operator: Operator,
  left: SqlType,
  right: SqlType,
  precision: number,
  scale: number,
): Kernel {
  const [s1, s2] = [decimalOf(left)?.scale ?? 0, decimalOf(right)?.scale ?? 0];
  // The scales at which the operands are taken, and that of what `compute` makes of them.
  let scales = [Math.max(s1, s2), Math.max(s1, s2)] as const;
  let made = Math.max(s1, s2);
  if (operator === 'times') [scales, made] = [[s1, s2], s1 + s2];
  // x·10^(scale + s2) by y·10^s2 gives units of the result; the plan's scale is never below s1 - s2.
  if (operator === 'dividedBy') [scales, made] = [[scale + s2, s2], scale];
  const compute = BIGINTS[operator];
  const [toLeft, toRight] = [unitsOf(left, scales[0]) ?? asIs, unitsOf(right, scales[1]) ?? asIs];
  return (x, y) => {
    const units = rescale(compute(toLeft(x) as bigint, toRight(y) as bigint), made, scale);
    return fitsPrecision(units, precision) ? units : undefined;
  };
}
