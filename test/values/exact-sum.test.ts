import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ExactSum, fromUnits, toUnits } from '../../src/values/exact-sum.ts';

const double = fc.double({ noNaN: true, noDefaultInfinity: true });
function sumOf(values: readonly number[]): number {
  const sum = new ExactSum();
  sum.open(0);
  for (const value of values) sum.add(0, value);
  return sum.result(0);
}

describe('units of 2^-1074', () => {
  test('every finite double there and back', () => {
    fc.assert(fc.property(double, (value) => fromUnits(toUnits(value)) === value));
    for (const value of [0, 5e-324, 2.2250738585072014e-308, Number.MAX_VALUE, -1.5])
      expect(fromUnits(toUnits(value))).toBe(value);
  });

  test('ties round to even, beyond the range is infinite', () => {
    const one = toUnits(1);
    const ulp = toUnits(2 ** -52);
    expect(fromUnits(one + ulp / 2n)).toBe(1);
    expect(fromUnits(one + ulp + ulp / 2n)).toBe(1 + 2 ** -51);
    expect(fromUnits(one + ulp / 2n + 1n)).toBe(1 + 2 ** -52);
    expect(fromUnits(toUnits(Number.MAX_VALUE) * 2n)).toBe(Number.POSITIVE_INFINITY);
    expect(fromUnits(-toUnits(Number.MAX_VALUE) * 2n)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe('ExactSum', () => {
  test('0.1 + 0.2 - 0.3 is what the doubles add up to', () => {
    expect(sumOf([0.1, 0.2, -0.3])).toBe(2.7755575615628914e-17);
  });

  test('a small value survives a great one that comes and goes', () => {
    expect(sumOf([1e300, 1, 1e-300, -1e300, -1])).toBe(1e-300);
    expect(sumOf([1e16, 1, -1e16])).toBe(1);
  });

  test('beyond the range and back', () => {
    expect(sumOf([Number.MAX_VALUE, Number.MAX_VALUE])).toBe(Number.POSITIVE_INFINITY);
    expect(sumOf([Number.MAX_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE])).toBe(Number.MAX_VALUE);
  });

  test('-0 is 0', () => {
    expect(Object.is(sumOf([-0]), 0)).toBe(true);
  });

  test('the exact sum rounded once, whatever the order and whatever came and went (property)', () => {
    const money = fc.integer({ min: -1e9, max: 1e9 }).map((cents) => cents / 100);
    fc.assert(
      fc.property(
        fc.array(fc.oneof(double, money), { maxLength: 40 }),
        fc.array(money, { maxLength: 10 }),
        (values, gone) => {
          const want = fromUnits(values.reduce((sum, value) => sum + toUnits(value), 0n));
          const noise = gone.flatMap((value) => [value, -value]);
          expect(sumOf([...values, ...noise])).toBe(want);
          expect(sumOf([...noise, ...values].reverse())).toBe(want);
        },
      ),
    );
  });

  test('a slot put back is as it was', () => {
    const sum = new ExactSum();
    sum.open(0);
    sum.add(0, 0.1);
    const before = sum.get(0);
    sum.add(0, 1e300);
    sum.add(0, 1e-300);
    sum.set(0, before);
    expect(sum.result(0)).toBe(0.1);
  });
});
