import { decimalOf, type SqlType } from '../../values/sql-type.ts';

const MAX_PRECISION = 38;
/** So many decimals are kept, where there are as many, when a result has more digits than a DECIMAL holds. */
const MIN_SCALE = 6;
const INTEGERS: readonly SqlType[] = ['INT', 'BIGINT', 'BIGINT(bigint)'];

/** INT and BIGINT of either mode. */
export function isInteger(type: SqlType): boolean {
  return INTEGERS.includes(type);
}

/** A DECIMAL of so many digits; beyond 38 its scale gives way first, down to six decimals. */
export function decimalType(precision: number, scale: number): SqlType {
  if (precision <= MAX_PRECISION) return `DECIMAL(${precision},${scale})`;
  const kept = Math.max(MAX_PRECISION - (precision - scale), Math.min(scale, MIN_SCALE));
  return `DECIMAL(${MAX_PRECISION},${kept})`;
}

/** Precision and scale of a number that meets a DECIMAL: an integer counts as one without decimals. */
function asDecimal(type: SqlType): { precision: number; scale: number } {
  return decimalOf(type) ?? { precision: type === 'INT' ? 10 : 19, scale: 0 };
}

/** The type that `plus`, `minus`, `times` and `dividedBy` of two numbers give: DOUBLE wins, then DECIMAL, then the wider integer. */
export function arithmeticType(
  name: 'plus' | 'minus' | 'times' | 'dividedBy',
  left: SqlType,
  right: SqlType,
): SqlType {
  if (left === 'DOUBLE' || right === 'DOUBLE') return 'DOUBLE';
  if (isInteger(left) && isInteger(right)) return widerInteger(left, right);
  const { precision: p1, scale: s1 } = asDecimal(left);
  const { precision: p2, scale: s2 } = asDecimal(right);
  switch (name) {
    case 'plus':
    case 'minus': {
      const scale = Math.max(s1, s2);
      return decimalType(Math.max(p1 - s1, p2 - s2) + scale + 1, scale);
    }
    case 'times':
      return decimalType(p1 + p2, s1 + s2);
    case 'dividedBy': {
      const scale = Math.max(MIN_SCALE, s1 + p2 + 1);
      return decimalType(p1 - s1 + s2 + scale, scale);
    }
  }
}

/** The wider of two integer types. */
export function widerInteger(left: SqlType, right: SqlType): SqlType {
  return INTEGERS.indexOf(left) >= INTEGERS.indexOf(right) ? left : right;
}

/** The type that holds values of both; undefined: there is none. Of numbers DOUBLE wins, then the DECIMAL that holds both. */
export function commonType(left: SqlType, right: SqlType): SqlType | undefined {
  if (left === right) return left;
  const numbers = [left, right].every(
    (type) => type === 'DOUBLE' || isInteger(type) || decimalOf(type) !== undefined,
  );
  if (!numbers) return undefined;
  if (left === 'DOUBLE' || right === 'DOUBLE') return 'DOUBLE';
  if (isInteger(left) && isInteger(right)) return widerInteger(left, right);
  const a = asDecimal(left);
  const b = asDecimal(right);
  const scale = Math.max(a.scale, b.scale);
  return decimalType(Math.max(a.precision - a.scale, b.precision - b.scale) + scale, scale);
}
