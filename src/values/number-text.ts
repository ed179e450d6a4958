// Numbers in text: blanks around it, a sign, decimal digits with or without point, an exponent; nothing else.

/** A number as it was written: its value is `digits` × 10^`exponent`, exactly. */
interface NumberParts {
  readonly negative: boolean;
  /** Without leading and trailing zeros; empty: zero. */
  readonly digits: string;
  readonly exponent: number;
}

const NUMBER = /^[ \t\n\v\f\r]*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?[ \t\n\v\f\r]*$/;
const ZERO = 48;

/** Takes a number in text apart; undefined where the text is no number. Time and memory are linear in the text, whatever the exponent. */
export function numberParts(text: string): NumberParts | undefined {
  const match = NUMBER.exec(text);
  if (!match) return undefined;
  const whole = match[2] ?? '';
  const fraction = match[3] ?? '';
  const all = whole + fraction;
  if (all === '') return undefined;
  let from = 0;
  let to = all.length;
  while (from < to && all.charCodeAt(from) === ZERO) from++;
  while (to > from && all.charCodeAt(to - 1) === ZERO) to--;
  return {
    negative: match[1] === '-',
    digits: all.slice(from, to),
    exponent: Number(match[4] ?? 0) - fraction.length + (all.length - to),
  };
}

/**
 * The DOUBLE that a text names, rounded to the nearest; undefined where the text is no number or beyond the range of DOUBLE.
 *
 * @example parseNumber(' +1.5e3 ') // 1500
 */
export function parseNumber(text: string): number | undefined {
  const simple = simpleNumber(text);
  if (simple !== undefined) return simple;
  const match = NUMBER.exec(text);
  if (!match || (match[2] === '' && !match[3])) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** 10^0 to 10^22: the powers of ten that are exact doubles. */
export const EXACT_POWERS: readonly number[] = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

// Up to 15 digits, no sign, no exponent: digits and power of ten are exact doubles, so one division rounds correctly.
function simpleNumber(text: string): number | undefined {
  const length = text.length;
  if (length === 0 || length > 16) return undefined;
  let value = 0;
  let point = -1;
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    else if (digit === -2 && point < 0) point = i;
    else return undefined;
  }
  if (point < 0) return length <= 15 ? value : undefined;
  if (length === 1) return undefined;
  return value / (EXACT_POWERS[length - 1 - point] as number);
}

/** Longest integer that `parseInteger` makes: that of the widest DECIMAL. */
const MAX_DIGITS = 38;

/**
 * The integer that a text names (`1.0` and `1e3` too); undefined where the text is no number, its value no integer,
 * or one of more than 38 digits.
 */
export function parseInteger(text: string): bigint | undefined {
  const parts = numberParts(text);
  if (!parts) return undefined;
  if (parts.digits === '') return 0n;
  if (parts.exponent < 0 || parts.digits.length + parts.exponent > MAX_DIGITS) return undefined;
  const value = BigInt(parts.digits + '0'.repeat(parts.exponent));
  return parts.negative ? -value : value;
}
