import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { SqlType, Value } from '../../../src/values/sql-type.ts';
import { both, evaluate, type Typed } from './evaluate.ts';

const NAMES = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte'] as const;
/** What the six comparisons say. */
const all = (a: Typed, b: Typed) => NAMES.map((name) => both(name, a, b));
const LESS = [false, true, true, true, false, false];
const EQUAL = [true, false, false, true, false, true];
const GREATER = [false, true, false, false, true, true];

describe('numbers, exact over types', () => {
  test.each<[SqlType, Value, SqlType, Value, boolean[]]>([
    ['INT', 1, 'BIGINT', 2, LESS],
    ['INT', 1, 'DOUBLE', 1, EQUAL],
    ['DOUBLE', -0, 'INT', 0, EQUAL],
    ['BIGINT(bigint)', 2n ** 53n + 1n, 'DOUBLE', 2 ** 53, GREATER],
    ['DOUBLE', 2 ** 53, 'BIGINT(bigint)', 2n ** 53n, EQUAL],
    ['BIGINT(bigint)', 5n, 'INT', 5, EQUAL],
    ['BIGINT', 4, 'BIGINT(bigint)', 5n, LESS],
    ['DOUBLE', 5.5, 'BIGINT(bigint)', 5n, GREATER],
    ['BIGINT(bigint)', -5n, 'DOUBLE', 1e300, LESS],
    ['DECIMAL(10,2)', 500n, 'INT', 5, EQUAL],
    ['DECIMAL(10,2)', 501n, 'BIGINT', 5, GREATER],
    ['BIGINT(bigint)', 5n, 'DECIMAL(10,2)', 501n, LESS],
    ['DECIMAL(10,2)', 150n, 'DECIMAL(10,4)', 15000n, EQUAL],
    ['DECIMAL(10,2)', 150n, 'DECIMAL(10,4)', 15001n, LESS],
    ['DECIMAL(10,1)', 1n, 'DOUBLE', 0.1, EQUAL],
    ['DOUBLE', 0.30000000000000004, 'DECIMAL(10,1)', 3n, GREATER],
    ['DECIMAL(38,0)', 10n ** 37n, 'DECIMAL(38,37)', 10n ** 37n, GREATER],
  ])('%s %p against %s %p', (ta, a, tb, b, expected) => expect(all([ta, a], [tb, b])).toEqual(expected));

  test('like a comparison of fractions', () => {
    // Each number as (type, value, value in units of 10^-4).
    const number = fc.oneof(
      fc.integer({ min: -9, max: 9 }).map((n) => ['INT', n, n * 10000] as const),
      fc.bigInt(-9n, 9n).map((n) => ['BIGINT(bigint)', n, Number(n) * 10000] as const),
      fc.bigInt(-90n, 90n).map((n) => ['DECIMAL(9,1)', n, Number(n) * 1000] as const),
      fc.bigInt(-90000n, 90000n).map((n) => ['DECIMAL(9,4)', n, Number(n)] as const),
      fc.integer({ min: -36, max: 36 }).map((n) => ['DOUBLE', n / 4, n * 2500] as const),
    );
    fc.assert(
      fc.property(number, number, ([ta, a, x], [tb, b, y]) => {
        expect(all([ta, a], [tb, b])).toEqual(x < y ? LESS : x > y ? GREATER : EQUAL);
        expect(both('isDistinctFrom', [ta, a], [tb, b])).toBe(x !== y);
        expect(both('in', [ta, a], [tb, b])).toBe(x === y);
        expect(both('between', [ta, a], [tb, b], [tb, b])).toBe(x === y);
      }),
      { numRuns: 300 },
    );
  });
});

test('other families', () => {
  expect(all(['TIMESTAMP(3)', 1], ['TIMESTAMP(3)', 2])).toEqual(LESS);
  expect(all(['DATE', 2], ['DATE', 1])).toEqual(GREATER);
  expect([
    both('eq', ['VARCHAR', 'é'], ['VARCHAR', 'e\u0301']),
    both('ne', ['VARCHAR', 'a'], ['VARCHAR', 'A']),
  ]).toEqual([false, true]);
  expect(both('eq', ['BOOLEAN', true], ['BOOLEAN', true])).toBe(true);
});

test.each(NAMES)('%s with NULL is NULL', (name) => {
  for (const type of ['INT', 'DECIMAL(5,2)', 'BIGINT(bigint)', 'DOUBLE'] as const) {
    expect(both(name, [type, null], ['INT', 0])).toBe(null);
    expect(both(name, ['INT', 0], [type, null])).toBe(null);
    expect(both(name, [type, null], ['DOUBLE', null])).toBe(null);
  }
});

test('isDistinctFrom is never NULL', () => {
  expect(both('isDistinctFrom', ['INT', null], ['INT', null])).toBe(false);
  expect(both('isDistinctFrom', ['INT', null], ['DOUBLE', 0])).toBe(true);
  expect(both('isDistinctFrom', ['INT', 0], ['INT', null])).toBe(true);
  expect(both('isDistinctFrom', ['VARCHAR', 'a'], ['VARCHAR', 'a'])).toBe(false);
});

const int = (n: number | null): Typed => ['INT', n];

test.each([
  [5, 5, 5, true],
  [5, 4, 6, true],
  [5, 6, 4, false],
  [4, 5, 6, false],
  [7, 5, 6, false],
  [null, 1, 2, null],
  [5, null, 6, null],
  [7, null, 6, false],
  [4, 5, null, false],
  [5, 4, null, null],
  [5, null, null, null],
])('%p between %p and %p is %p', (x, low, high, expected) => {
  expect(both('between', int(x), int(low), int(high))).toBe(expected);
  expect(
    both('between', int(x), ['DECIMAL(9,2)', low === null ? null : BigInt(low) * 100n], ['DOUBLE', high]),
  ).toBe(expected);
});

test.each([
  [5, [5, 6], true],
  [5, [6, 7], false],
  [5, [6, null], null],
  [5, [5, null], true],
  [null, [5], null],
  [null, [null], null],
  [5, [], false],
  [null, [], false],
  [0, [-0], true],
])('%p in %p is %p', (x, values, expected) => {
  expect(both('in', int(x), ...values.map(int))).toBe(expected);
  const doubles = values.map((v): Typed => ['DOUBLE', v]);
  expect(both('in', int(x), ...doubles)).toBe(expected);
});

test('in, of text and of bigint', () => {
  expect(both('in', ['VARCHAR', 'a'], ['VARCHAR', 'b'], ['VARCHAR', 'a'])).toBe(true);
  expect(both('in', ['BIGINT(bigint)', 2n ** 60n], ['BIGINT(bigint)', 2n ** 60n])).toBe(true);
  expect(evaluate('in', ['BIGINT(bigint)', 2n ** 60n], ['BIGINT(bigint)', 2n ** 60n + 1n])).toBe(false);
});
