// DECIMAL(p,s) as units of 10^-s in a bigint. Rounding is half up, away from zero: 0.5 to 1, -0.5 to -1.
import { EXACT_POWERS, numberParts } from './number-text.ts';

const POWERS: bigint[] = [1n];

/** 10^n, for n from 0. */
export function powerOfTen(n: number): bigint {
  for (let i = POWERS.length; i <= n; i++) POWERS.push((POWERS[i - 1] as bigint) * 10n);
  return POWERS[n] as bigint;
}

/** `dividend / divisor` to the nearest integer, halves away from zero. The divisor is not zero. */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const twice = (dividend % divisor) * 2n;
  const size = divisor < 0n ? -divisor : divisor;
  if (twice >= size || -twice >= size) return dividend < 0n === divisor < 0n ? quotient + 1n : quotient - 1n;
  return quotient;
}

/** The same value in units of another scale; to a smaller one rounded half up. */
export function rescale(units: bigint, from: number, to: number): bigint {
  if (from === to) return units;
  return to > from ? units * powerOfTen(to - from) : divideHalfUp(units, powerOfTen(from - to));
}

/** Whether DECIMAL of this precision can hold so many units. */
export function fitsPrecision(units: bigint, precision: number): boolean {
  const limit = powerOfTen(precision);
  return units < limit && units > -limit;
}

/**
 * The units of a decimal text, exact, rounded half up to the scale;
 * undefined where the text is no number or its value beyond the precision.
 *
 * @example parseDecimal('1.005', 10, 2) // 101n
 */
export function parseDecimal(text: string, precision: number, scale: number): bigint | undefined {
  const parts = numberParts(text);
  if (!parts) return undefined;
  const { digits, exponent } = parts;
  const length = digits.length + exponent + scale;
  if (digits === '' || length < 0) return 0n;
  if (length > precision) return undefined;
  let units: bigint;
  if (length >= digits.length) units = BigInt(digits + '0'.repeat(length - digits.length));
  else {
    units = BigInt(digits.slice(0, length));
    if (digits.charCodeAt(length) >= 53 /* '5' */) units += 1n;
    if (!fitsPrecision(units, precision)) return undefined;
  }
  return parts.negative ? -units : units;
}

/** Decimal text with exactly `scale` digits after the point; without a point where the scale is 0. */
export function formatDecimal(units: bigint, scale: number): string {
  const text = String(units);
  if (scale === 0) return text;
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? text.slice(1) : text).padStart(scale + 1, '0');
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The units of a double, read through its shortest decimal text (so 1.005 at scale 2 is 101n); undefined beyond the precision and for NaN and infinities. */
export function decimalFromNumber(value: number, precision: number, scale: number): bigint | undefined {
  return parseDecimal(String(value), precision, scale);
}

const EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/** The nearest double. */
export function decimalToNumber(units: bigint, scale: number): number {
  // Both are exact doubles here, so the division rounds once.
  const power = EXACT_POWERS[scale];
  if (power !== undefined && units <= EXACT && units >= -EXACT) return Number(units) / power;
  return Number(`${units}e-${scale}`);
}
