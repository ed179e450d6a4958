// Numbers of SQL types: every integer and DECIMAL is taken as units of a power of ten.
import { decimalText, doubleIn, nearest, rescaled, unitsIn } from './numbers.ts';
import { decimalParts, Reject, type SqlType, type Value } from './types.ts';

const scaleOf = (type: SqlType): number => decimalParts(type)?.[1] ?? 0;

/** The exact units of an integer or DECIMAL at a scale. */
function unitsAt(value: Value, type: SqlType, scale: number): bigint {
  return rescaled(BigInt(value as number | bigint), scaleOf(type), scale);
}

/** The double that is nearest to a number. */
function doubleOf(value: Value, type: SqlType): number {
  const parts = decimalParts(type);
  return parts === undefined ? Number(value) : Number(decimalText(value as bigint, parts[1]));
}

/** Units as a value of an integer or DECIMAL type; undefined beyond its range. */
export function inRange(units: bigint, type: SqlType): Value | undefined {
  const size = units < 0n ? -units : units;
  const decimal = decimalParts(type);
  if (decimal !== undefined) return size < 10n ** BigInt(decimal[0]) ? units : undefined;
  switch (type) {
    case 'INT':
      return units >= -(2n ** 31n) && units < 2n ** 31n ? Number(units) : undefined;
    case 'BIGINT':
      return size < 2n ** 53n ? Number(units) : undefined;
    case 'BIGINT(bigint)':
      return units >= -(2n ** 63n) && units < 2n ** 63n ? units : undefined;
    default:
      throw new Error(`${type} is no exact number`);
  }
}

export type Operator = 'plus' | 'minus' | 'times' | 'mod' | 'quotient';
const doubles: Readonly<Record<Operator, (x: number, y: number) => number>> = {
  plus: (x, y) => x + y,
  minus: (x, y) => x - y,
  times: (x, y) => x * y,
  mod: (x, y) => x % y,
  quotient: (x, y) => Math.trunc(x / y),
};
const exact: Readonly<Record<Operator, (x: bigint, y: bigint) => bigint>> = {
  plus: (x, y) => x + y,
  minus: (x, y) => x - y,
  times: (x, y) => x * y,
  mod: (x, y) => x % y,
  quotient: (x, y) => x / y,
};

/** Arithmetic of two values that are not NULL. @throws Reject beyond the result's range, and for a division by zero */
export function computed(
  operator: Operator,
  [x, left]: readonly [Value, SqlType],
  [y, right]: readonly [Value, SqlType],
  result: SqlType,
): Value {
  if (result === 'DOUBLE') {
    const value = doubles[operator](doubleOf(x, left), doubleOf(y, right));
    if (!Number.isFinite(value)) throw new Reject(`${operator} is out of range`);
    return value;
  }
  const scale = Math.max(scaleOf(left), scaleOf(right));
  const [a, b] =
    operator === 'times'
      ? [BigInt(x as number | bigint), BigInt(y as number | bigint)]
      : [unitsAt(x, left, scale), unitsAt(y, right, scale)];
  if (b === 0n && (operator === 'mod' || operator === 'quotient')) throw new Reject('division by zero');
  const made = operator === 'times' ? scaleOf(left) + scaleOf(right) : scale;
  const value = inRange(rescaled(exact[operator](a, b), made, scaleOf(result)), result);
  if (value === undefined) throw new Reject(`${operator} is out of ${result}`);
  return value;
}

/** Order of two numbers: exact, through doubles only where one is a DOUBLE. */
export function orderOf([x, left]: readonly [Value, SqlType], [y, right]: readonly [Value, SqlType]): number {
  if (left === 'DOUBLE' || right === 'DOUBLE') return doubleOf(x, left) - doubleOf(y, right);
  const scale = Math.max(scaleOf(left), scaleOf(right));
  const difference = unitsAt(x, left, scale) - unitsAt(y, right, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** A text or number as another type of number, or a number as text; undefined: it cannot be. */
export function converted(value: Value, from: SqlType, to: SqlType): Value | undefined {
  if (from === to) return value;
  if (to === 'VARCHAR')
    return from === 'DOUBLE'
      ? String(value)
      : decimalText(unitsAt(value, from, scaleOf(from)), scaleOf(from));
  if (to === 'DOUBLE') return from === 'VARCHAR' ? doubleIn(value as string) : doubleOf(value, from);
  const scale = scaleOf(to);
  const units =
    from === 'VARCHAR' || from === 'DOUBLE' ? unitsIn(String(value), scale) : unitsAt(value, from, scale);
  return units === undefined ? undefined : inRange(units, to);
}

/** The mean of units, at the scale of the result. */
export function meanUnits(sum: bigint, count: number, from: number, to: number): bigint {
  return nearest(rescaled(sum, from, to), BigInt(count));
}
