import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FunctionName } from '../../../src/plan/expression.ts';
import type { SqlType, Value } from '../../../src/values/sql-type.ts';
import { both } from './evaluate.ts';

test.each<[FunctionName, SqlType, Value, Value]>([
  ['round', 'DOUBLE', 2.5, 3],
  ['round', 'DOUBLE', -2.5, -3],
  ['round', 'DOUBLE', 0.49999999999999994, 0],
  ['round', 'DOUBLE', -0.4, 0],
  ['round', 'DOUBLE', 4503599627370495.5, 4503599627370496],
  ['floor', 'DOUBLE', -1.5, -2],
  ['ceil', 'DOUBLE', -0.5, 0],
  ['ceil', 'DOUBLE', 1.2, 2],
  ['round', 'DECIMAL(5,2)', 150n, 200n],
  ['round', 'DECIMAL(5,2)', -150n, -200n],
  ['round', 'DECIMAL(5,2)', 149n, 100n],
  ['round', 'DECIMAL(2,2)', 99n, 100n],
  ['floor', 'DECIMAL(5,2)', -101n, -200n],
  ['floor', 'DECIMAL(5,2)', 199n, 100n],
  ['floor', 'DECIMAL(5,2)', -100n, -100n],
  ['ceil', 'DECIMAL(5,2)', 101n, 200n],
  ['ceil', 'DECIMAL(5,2)', -199n, -100n],
  ['ceil', 'DECIMAL(5,2)', 100n, 100n],
  ['negate', 'INT', 5, -5],
  ['negate', 'INT', 0, 0],
  ['negate', 'DECIMAL(5,2)', 5n, -5n],
  ['negate', 'BIGINT(bigint)', 5n, -5n],
  ['negate', 'DOUBLE', null, null],
  ['abs', 'DOUBLE', -1.5, 1.5],
  ['abs', 'BIGINT', 5, 5],
  ['abs', 'DECIMAL(5,2)', -5n, 5n],
  ['abs', 'BIGINT(bigint)', -5n, 5n],
  ['floor', 'DOUBLE', null, null],
])('%s of %s %p is %p', (name, type, value, result) => expect(both(name, [type, value])).toBe(result));

test.each<[SqlType, Value, number, Value]>([
  ['DOUBLE', 1.005, 2, 1.01],
  ['DOUBLE', -1.005, 2, -1.01],
  ['DOUBLE', 1.25, 1, 1.3],
  ['DOUBLE', 1234, -2, 1200],
  ['DOUBLE', 1250, -2, 1300],
  ['DOUBLE', 0.05, 1, 0.1],
  ['DOUBLE', 0.049, 1, 0],
  ['DOUBLE', 1e-300, 2, 0],
  ['DOUBLE', -0.001, 2, 0],
  ['DOUBLE', 1e300, 5, 1e300],
  ['DOUBLE', 5, -1, 10],
  ['DOUBLE', 4, -1, 0],
  ['DOUBLE', 1.5, 400, 1.5],
  ['DOUBLE', 1.5, -400, 0],
  ['DECIMAL(8,4)', 12345n, 2, 12300n],
  ['DECIMAL(8,4)', 12350n, 2, 12400n],
  ['DECIMAL(8,4)', 12345n, 9, 12345n],
  ['DECIMAL(8,2)', 1250n, -1, 1000n],
  ['DECIMAL(8,2)', 99999n, -1, 100000n],
  ['DECIMAL(8,2)', 1250n, -500, 0n],
])('%s %p to %d digits is %p', (type, value, digits, result) =>
  expect(both('round', [type, value], ['INT', digits])).toBe(result),
);

test('digits that are NULL', () => expect(both('round', ['DOUBLE', 1.5], ['INT', null])).toBe(null));
test('digits that are a bigint', () =>
  expect(both('round', ['DOUBLE', 1.25], ['BIGINT(bigint)', 1n])).toBe(1.3));

test('a double rounds as its decimal text does', () => {
  const cents = fc.integer({ min: -1_000_000, max: 1_000_000 });
  fc.assert(
    fc.property(cents, (n) => {
      // n thousandths; the expected hundredths by integers alone.
      const size = Math.floor((Math.abs(n) + 5) / 10);
      expect(both('round', ['DOUBLE', n / 1000], ['INT', 2])).toBe((n < 0 ? -size : size) / 100 + 0);
    }),
  );
});

test.each<[FunctionName, SqlType, Value, string]>([
  ['negate', 'INT', -(2 ** 31), 'INT out of range: -2147483648 negate'],
  ['abs', 'BIGINT(bigint)', -(2n ** 63n), 'BIGINT(bigint) out of range: -9223372036854775808 abs'],
  ['round', 'DECIMAL(38,1)', 10n ** 38n - 1n, `DECIMAL(38,1) out of range: ${'9'.repeat(37)}.9 round 0`],
])('%s of %s %p: %s', (name, type, value, message) =>
  expect(() => both(name, [type, value])).toThrow(message),
);

test('a double rounded beyond its range', () =>
  expect(() => both('round', ['DOUBLE', Number.MAX_VALUE], ['INT', -308])).toThrow('DOUBLE out of range'));
