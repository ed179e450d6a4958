// Exact numbers, the slow way: everything is a bigint.

/** `n / d` to the nearest integer, halves away from zero; `d` is positive. */
export function nearest(n: bigint, d: bigint): bigint {
  const size = n < 0n ? -n : n;
  const rounded = (2n * size + d) / (2n * d);
  return n < 0n ? -rounded : rounded;
}

/** Units of 10^-from as units of 10^-to. */
export function rescaled(units: bigint, from: number, to: number): bigint {
  return to >= from ? units * 10n ** BigInt(to - from) : nearest(units, 10n ** BigInt(from - to));
}

const NUMBER = /^\s*([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?\s*$/;

/** The DOUBLE that a text names; undefined: it is no number, or beyond the range. */
export function doubleIn(text: string): number | undefined {
  const parts = NUMBER.exec(text);
  if (parts === null || (parts[2] === '' && parts[3] === '')) return undefined;
  const value = Number(text.trim());
  return Number.isFinite(value) ? value : undefined;
}

/** The units of 10^-scale that a text names, rounded half up; undefined: it is no number, or has more than 60 digits. */
export function unitsIn(text: string, scale: number): bigint | undefined {
  const parts = NUMBER.exec(text);
  if (parts === null || (parts[2] === '' && parts[3] === '')) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  const digits = BigInt(whole + fraction);
  const power = Number(exponent) - fraction.length + scale;
  if (digits === 0n) return 0n;
  if (power > 60) return undefined;
  const units =
    power >= 0 ? digits * 10n ** BigInt(power) : power < -5000 ? 0n : nearest(digits, 10n ** BigInt(-power));
  return sign === '-' ? -units : units;
}

/** Units as decimal text. */
export function decimalText(units: bigint, scale: number): string {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const at = digits.length - scale;
  return `${units < 0n ? '-' : ''}${digits.slice(0, at)}${scale > 0 ? '.' : ''}${digits.slice(at)}`;
}

/** The smallest positive double is 2^-1074: every double is a whole number of these. */
const GRAIN = 1074;
const bits = new DataView(new ArrayBuffer(8));

function grains(value: number): bigint {
  bits.setFloat64(0, value);
  const word = bits.getBigUint64(0);
  const exponent = Number((word >> 52n) & 0x7ffn);
  const fraction = word & 0xfffffffffffffn;
  const size = exponent === 0 ? fraction : (fraction | 0x10000000000000n) << BigInt(exponent - 1);
  return word >> 63n === 1n ? -size : size;
}

/** The exact sum, rounded once to the nearest double (perhaps infinite). */
export function exactSum(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + grains(value), 0n);
  const size = sum < 0n ? -sum : sum;
  const length = size.toString(2).length;
  // 55 bits and one that tells whether anything is below them round as the whole would.
  const cut = Math.max(0, length - 55);
  const rest = size & ((1n << BigInt(cut)) - 1n);
  let magnitude = Number((size >> BigInt(cut)) | (rest === 0n ? 0n : 1n));
  for (let power = cut - GRAIN; power !== 0; ) {
    const step = Math.max(-1000, Math.min(1000, power));
    magnitude *= 2 ** step;
    power -= step;
  }
  return sum < 0n ? -magnitude : magnitude;
}
