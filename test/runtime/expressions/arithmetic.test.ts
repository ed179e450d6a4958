import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RowError } from '../../../src/errors.ts';
import { expressionType } from '../../../src/plan/derive/expression-type.ts';
import type { FunctionName } from '../../../src/plan/expression.ts';
import { decimalOf, type SqlType, type Value } from '../../../src/values/sql-type.ts';
import { both, call, evaluate, literal } from './evaluate.ts';

type Case = [name: FunctionName, ta: SqlType, a: Value, tb: SqlType, b: Value, result: Value];

test.each<Case>([
  ['plus', 'INT', 2, 'INT', 3, 5],
  ['minus', 'INT', 2, 'BIGINT', 3, -1],
  ['times', 'INT', -1, 'INT', 0, 0],
  ['times', 'BIGINT', 94906265, 'INT', 94906265, 9007199136250225],
  ['quotient', 'INT', 7, 'INT', 2, 3],
  ['quotient', 'INT', -7, 'INT', 2, -3],
  ['quotient', 'INT', -1, 'INT', 2, 0],
  ['mod', 'INT', 7, 'INT', -2, 1],
  ['mod', 'INT', -7, 'INT', 2, -1],
  ['mod', 'INT', -4, 'INT', 2, 0],
  ['quotient', 'BIGINT', 9007199254740991, 'BIGINT', 9007199254740990, 1],
  ['plus', 'BIGINT(bigint)', 2n ** 62n, 'INT', 1, 2n ** 62n + 1n],
  ['quotient', 'BIGINT(bigint)', -7n, 'BIGINT', 2, -3n],
  ['mod', 'INT', -7, 'BIGINT(bigint)', 2n, -1n],
  ['plus', 'DOUBLE', 0.1, 'DOUBLE', 0.2, 0.30000000000000004],
  ['times', 'DOUBLE', 0.85, 'INT', 100, 85],
  ['dividedBy', 'DOUBLE', 1, 'INT', 4, 0.25],
  ['plus', 'DOUBLE', 0.5, 'DECIMAL(5,2)', 25n, 0.75],
  ['minus', 'DOUBLE', 0.5, 'BIGINT(bigint)', 2n, -1.5],
  ['plus', 'DECIMAL(5,2)', 125n, 'DECIMAL(5,1)', 1n, 135n],
  ['minus', 'INT', 1, 'DECIMAL(5,2)', 125n, -25n],
  ['times', 'DECIMAL(10,2)', 1000n, 'DECIMAL(4,3)', 908n, 908000n],
  ['times', 'DECIMAL(10,2)', 125n, 'BIGINT', 2, 250n],
  ['dividedBy', 'DECIMAL(5,2)', 100n, 'DECIMAL(5,2)', 300n, 33333333n],
  ['dividedBy', 'DECIMAL(5,2)', 200n, 'DECIMAL(5,2)', -300n, -66666667n],
  ['dividedBy', 'DECIMAL(10,2)', 100n, 'INT', 3, 3333333333333n],
])('%s of %s %p and %s %p is %p', (name, ta, a, tb, b, result) =>
  expect(both(name, [ta, a], [tb, b])).toBe(result),
);

test.each<[FunctionName, SqlType, Value, SqlType, Value, string]>([
  ['plus', 'INT', 2 ** 31 - 1, 'INT', 1, 'INT out of range: 2147483647 plus 1'],
  ['quotient', 'INT', -(2 ** 31), 'INT', -1, 'INT out of range: -2147483648 quotient -1'],
  ['times', 'BIGINT', 9007199254740991, 'INT', -2, 'BIGINT out of range: 9007199254740991 times -2'],
  ['minus', 'BIGINT', -9007199254740991, 'BIGINT', 1, 'BIGINT out of range: -9007199254740991 minus 1'],
  [
    'plus',
    'BIGINT(bigint)',
    2n ** 63n - 1n,
    'INT',
    1,
    'BIGINT(bigint) out of range: 9223372036854775807 plus 1',
  ],
  ['times', 'DOUBLE', 1e308, 'INT', 10, 'DOUBLE out of range: 1e+308 times 10'],
  ['dividedBy', 'DOUBLE', 1, 'DOUBLE', 1e-320, 'DOUBLE out of range: 1 dividedBy 1e-320'],
  ['dividedBy', 'DOUBLE', 1, 'DOUBLE', -0, 'division by zero: 1 dividedBy 0'],
  ['quotient', 'INT', 1, 'INT', 0, 'division by zero: 1 quotient 0'],
  ['mod', 'BIGINT(bigint)', 1n, 'INT', 0, 'division by zero: 1 mod 0'],
  ['dividedBy', 'DECIMAL(5,2)', 125n, 'DECIMAL(5,2)', 0n, 'division by zero: 1.25 dividedBy 0.00'],
  [
    'plus',
    'DECIMAL(38,0)',
    10n ** 38n - 1n,
    'INT',
    1,
    `DECIMAL(38,0) out of range: ${'9'.repeat(38)} plus 1`,
  ],
  [
    'times',
    'DECIMAL(38,2)',
    10n ** 37n,
    'DECIMAL(38,2)',
    1000n,
    'DECIMAL(38,4) out of range: 100000000000000000000000000000000000.00 times 10.00',
  ],
])('%s of %s %p and %s %p: %s', (name, ta, a, tb, b, message) => {
  if (name === 'times' && ta === 'DECIMAL(38,2)') {
    // The plan names the type; the rest of the message is the same.
    expect(() => both(name, [ta, a], [tb, b])).toThrow(message.slice(message.indexOf(' out of range')));
    return;
  }
  expect(() => both(name, [ta, a], [tb, b])).toThrow(new RowError(message));
});

test.each(['plus', 'minus', 'times', 'dividedBy'] as const)('%s with NULL is NULL, also by zero', (name) => {
  expect(both(name, ['DOUBLE', null], ['DOUBLE', 0])).toBe(null);
  expect(both(name, ['DECIMAL(5,2)', 1n], ['INT', null])).toBe(null);
});

describe('properties', () => {
  const type = fc
    .integer({ min: 1, max: 38 })
    .chain((p) => fc.integer({ min: 0, max: p }).map((s) => ({ p, s })));
  const number = type.chain(({ p, s }) =>
    fc
      .bigInt(-(10n ** BigInt(p)) + 1n, 10n ** BigInt(p) - 1n)
      .map((units) => ({ type: `DECIMAL(${p},${s})` as const, p, s, units })),
  );

  test.each(['plus', 'minus', 'times', 'dividedBy'] as const)(
    'DECIMAL %s is the exact result, rounded once, half up',
    (name) => {
      fc.assert(
        fc.property(number, number, (a, b) => {
          fc.pre(name !== 'dividedBy' || b.units !== 0n);
          const result = expressionType(
            call(name, literal([a.type, a.units]), literal([b.type, b.units])),
            [],
          ).type;
          const { precision, scale } = decimalOf(result) as { precision: number; scale: number };
          // The exact result as a fraction n/d, in units of the result.
          const [x, y] = [a.units * 10n ** BigInt(b.s), b.units * 10n ** BigInt(a.s)];
          const one = 10n ** BigInt(a.s + b.s);
          const [n, d] =
            name === 'plus'
              ? [x + y, one]
              : name === 'minus'
                ? [x - y, one]
                : name === 'times'
                  ? [a.units * b.units, one]
                  : [x, y];
          const [up, down] = d < 0n ? [-n, -d] : [n, d];
          const scaled = (up < 0n ? -up : up) * 10n ** BigInt(scale);
          const size = (2n * scaled + down) / (2n * down);
          const units = up < 0n ? -size : size;
          const run = () => evaluate(name, [a.type, a.units], [b.type, b.units]);
          if (size < 10n ** BigInt(precision)) expect(run()).toBe(units);
          else expect(run).toThrow(RowError);
        }),
        { numRuns: 500 },
      );
    },
  );

  test('BIGINT is exact or refused', () => {
    const safe = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -100_000_000, max: 100_000_000 }));
    fc.assert(
      fc.property(fc.constantFrom('plus', 'minus', 'times', 'quotient', 'mod'), safe, safe, (name, a, b) => {
        const [x, y] = [BigInt(a), BigInt(b)];
        const run = () => evaluate(name as FunctionName, ['BIGINT', a], ['BIGINT', b]);
        if (y === 0n && (name === 'quotient' || name === 'mod'))
          return expect(run).toThrow('division by zero');
        const exact =
          name === 'plus'
            ? x + y
            : name === 'minus'
              ? x - y
              : name === 'times'
                ? x * y
                : name === 'mod'
                  ? x % y
                  : x / y;
        if (Number.isSafeInteger(Number(exact))) expect(run()).toBe(Number(exact));
        else expect(run).toThrow(RowError);
      }),
      { numRuns: 2000 },
    );
  });
});
