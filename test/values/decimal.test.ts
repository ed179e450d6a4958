import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  decimalFromNumber,
  decimalToNumber,
  divideHalfUp,
  fitsPrecision,
  formatDecimal,
  parseDecimal,
  powerOfTen,
  rescale,
} from '../../src/values/decimal.ts';

const units38 = fc.bigInt(-(10n ** 38n) + 1n, 10n ** 38n - 1n);
const scale = fc.integer({ min: 0, max: 38 });

describe('parseDecimal', () => {
  test.each([
    ['1.005', 10, 2, 101n],
    ['1.004999', 10, 2, 100n],
    ['-1.005', 10, 2, -101n],
    ['0.005', 10, 2, 1n],
    ['0.0049', 10, 2, 0n],
    ['-0.001', 10, 2, 0n],
    ['0.0055', 10, 1, 0n],
    ['1e3', 10, 2, 100000n],
    ['12.5e-1', 10, 2, 125n],
    ['999.994', 5, 2, 99999n],
    ['.5', 1, 0, 1n],
    ['0.05', 1, 0, 0n],
    ['0.4e1', 1, 0, 4n],
    ['0e999999', 5, 2, 0n],
    ['1e-999999', 5, 2, 0n],
    [' +7 ', 3, 1, 70n],
  ])('%j as DECIMAL(%d,%d) is %s', (text, p, s, units) => expect(parseDecimal(text, p, s)).toBe(units));

  test.each([
    ['999.995', 5, 2],
    ['1000', 5, 2],
    ['-1000', 5, 2],
    ['9.5', 1, 0],
    ['1e999999', 38, 0],
    ['abc', 5, 2],
    ['', 5, 2],
    ['0x1', 5, 2],
    ['9'.repeat(100_000), 38, 2],
  ])('%j is no DECIMAL(%d,%d)', (text, p, s) => expect(parseDecimal(text, p, s)).toBeUndefined());

  test('reads what formatDecimal writes', () => {
    fc.assert(
      fc.property(units38, scale, (units, s) =>
        expect(parseDecimal(formatDecimal(units, s), 38, s)).toBe(units),
      ),
    );
  });

  test('rounds as rescale does', () => {
    fc.assert(
      fc.property(fc.oneof(units38, fc.bigInt(-999n, 999n)), scale, scale, (units, from, to) => {
        const rescaled = rescale(units, from, to);
        expect(parseDecimal(formatDecimal(units, from), 38, to)).toBe(
          fitsPrecision(rescaled, 38) ? rescaled : undefined,
        );
      }),
    );
  });
});

test.each([
  [0n, 2, '0.00'],
  [5n, 2, '0.05'],
  [-5n, 2, '-0.05'],
  [12345n, 2, '123.45'],
  [-12n, 0, '-12'],
  [1n, 10, '0.0000000001'],
])('formatDecimal(%s, %d) is %s', (units, s, text) => expect(formatDecimal(units, s)).toBe(text));

test.each([
  [15n, 1, 0, 2n],
  [14n, 1, 0, 1n],
  [-15n, 1, 0, -2n],
  [-14n, 1, 0, -1n],
  [7n, 0, 3, 7000n],
  [49n, 2, 0, 0n],
  [50n, 2, 0, 1n],
])('rescale(%s, %d, %d) is %s', (units, from, to, result) => expect(rescale(units, from, to)).toBe(result));

test('divideHalfUp is the nearest integer, halves away from zero', () => {
  const nonZero = fc.bigInt(-(10n ** 20n), 10n ** 20n).filter((n) => n !== 0n);
  fc.assert(
    fc.property(units38, nonZero, (dividend, divisor) => {
      const result = divideHalfUp(dividend, divisor);
      const abs = (n: bigint): bigint => (n < 0n ? -n : n);
      const rest = abs(dividend - result * divisor) * 2n;
      expect(rest).toBeLessThanOrEqual(abs(divisor));
      // Exactly between two integers it took the one further from zero.
      if (rest === abs(divisor)) expect(abs(result * divisor)).toBeGreaterThan(abs(dividend));
    }),
  );
});

describe('decimalFromNumber', () => {
  test.each([
    [1.005, 2, 101n],
    [0.1, 20, 10n ** 19n],
    [-2.5, 0, -3n],
    [1e21, 0, 10n ** 21n],
    [1e-7, 6, 0n],
    [5e-7, 6, 1n],
    [0, 3, 0n],
  ])('%d at scale %d', (value, s, units) => expect(decimalFromNumber(value, 38, s)).toBe(units));
  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e38])('%d is none', (value) =>
    expect(decimalFromNumber(value, 38, 0)).toBeUndefined(),
  );
});

test('decimalToNumber is the nearest double', () => {
  fc.assert(
    fc.property(units38, scale, (units, s) =>
      expect(decimalToNumber(units, s)).toBe(Number(formatDecimal(units, s))),
    ),
  );
  const small = fc.bigInt(-(10n ** 17n), 10n ** 17n);
  fc.assert(
    fc.property(small, scale, (units, s) =>
      expect(decimalToNumber(units, s)).toBe(Number(formatDecimal(units, s))),
    ),
  );
});

test('powerOfTen', () => {
  expect(powerOfTen(0)).toBe(1n);
  expect(powerOfTen(76)).toBe(10n ** 76n);
});
