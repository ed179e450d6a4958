import {
  decimalFromNumber,
  decimalToNumber,
  fitsPrecision,
  powerOfTen,
  rescale,
} from '../../values/decimal.ts';
import { decimalOf, type SqlType, type Value } from '../../values/sql-type.ts';
import { integerRange } from './integer-range.ts';

/** A cast of values that are not NULL; undefined: this value cannot be cast. */
export type Cast = (value: Value) => Value | undefined;

/** The nearest integer, halves away from zero. Exact, and never −0. */
export function roundHalfUp(value: number): number {
  const whole = Math.trunc(value);
  return (Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole) + 0;
}

/** The cast between two types of numbers: to integers and DECIMAL rounded half up, to DOUBLE the nearest. */
export function numberCast(from: SqlType, to: SqlType): Cast {
  if (to === 'DOUBLE') return toDouble(from);
  const decimal = decimalOf(to);
  return decimal ? toDecimal(from, decimal.precision, decimal.scale) : toInteger(from, to);
}

function toDouble(from: SqlType): Cast {
  const decimal = decimalOf(from);
  return decimal ? (value) => decimalToNumber(value as bigint, decimal.scale) : Number;
}

function toDecimal(from: SqlType, precision: number, scale: number): Cast {
  if (from === 'DOUBLE') return (value) => decimalFromNumber(value as number, precision, scale);
  const decimal = decimalOf(from);
  const factor = powerOfTen(scale);
  return (value) => {
    const units = decimal
      ? rescale(value as bigint, decimal.scale, scale)
      : BigInt(value as number | bigint) * factor;
    return fitsPrecision(units, precision) ? units : undefined;
  };
}

function toInteger(from: SqlType, to: SqlType): Cast {
  const decimal = decimalOf(from);
  const inRange = integerIn(to);
  if (decimal) return (value) => inRange(rescale(value as bigint, decimal.scale, 0));
  if (from === 'DOUBLE') return (value) => inRange(BigInt(roundHalfUp(value as number)));
  if (from === 'INT' && to === 'BIGINT') return (value) => value;
  return (value) => inRange(BigInt(value as number | bigint));
}

/** An integer as a value of INT or BIGINT of either mode; undefined beyond its range. */
export function integerIn(type: SqlType): (value: bigint) => Value | undefined {
  const range = integerRange(type);
  if (!range) throw new Error(`${type} is no integer type`);
  const { min, max } = range;
  if (type === 'BIGINT(bigint)') return (value) => (value >= min && value <= max ? value : undefined);
  return (value) => (value >= min && value <= max ? Number(value) : undefined);
}
