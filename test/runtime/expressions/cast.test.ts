import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RowError } from '../../../src/errors.ts';
import type { Expression } from '../../../src/plan/expression.ts';
import { cast, castAlwaysFits } from '../../../src/runtime/expressions/cast.ts';
import { compileExpression } from '../../../src/runtime/expressions/compile.ts';
import { decimalOf, type SqlType, type Value } from '../../../src/values/sql-type.ts';
import { column, env } from './evaluate.ts';

function castTo(from: SqlType, to: SqlType, orNull: boolean): (value: Value) => Value {
  const expression: Expression = { op: 'cast', of: column('c'), to, try: orNull };
  const run = compileExpression(expression, [{ name: 'c', type: from, nullable: true }], env);
  return (value) => run({ c: value });
}

test.each<[SqlType, Value, SqlType, Value]>([
  ['VARCHAR', ' 12.5 ', 'DOUBLE', 12.5],
  ['VARCHAR', '1e3', 'INT', 1000],
  ['VARCHAR', '2.5', 'INT', 3],
  ['VARCHAR', '-2.5', 'BIGINT', -3],
  ['VARCHAR', '9007199254740991', 'BIGINT', 9007199254740991],
  ['VARCHAR', '9223372036854775807', 'BIGINT(bigint)', 2n ** 63n - 1n],
  ['VARCHAR', '-0', 'INT', 0],
  ['VARCHAR', '1.005', 'DECIMAL(10,2)', 101n],
  ['VARCHAR', ' True ', 'BOOLEAN', true],
  ['VARCHAR', 'FALSE', 'BOOLEAN', false],
  ['VARCHAR', '1', 'BOOLEAN', true],
  ['VARCHAR', '2025-01-15T10:00:00+08:00', 'TIMESTAMP(3)', Date.UTC(2025, 0, 15, 2)],
  ['VARCHAR', ' 1970-01-02 ', 'DATE', 1],
  ['INT', 5, 'VARCHAR', '5'],
  ['BIGINT(bigint)', 2n ** 60n, 'VARCHAR', '1152921504606846976'],
  ['DOUBLE', 0.1, 'VARCHAR', '0.1'],
  ['DOUBLE', -0, 'VARCHAR', '0'],
  ['DOUBLE', 1e21, 'VARCHAR', '1e+21'],
  ['DECIMAL(10,2)', -5n, 'VARCHAR', '-0.05'],
  ['BOOLEAN', true, 'VARCHAR', 'TRUE'],
  ['BOOLEAN', false, 'VARCHAR', 'FALSE'],
  ['TIMESTAMP(3)', 5, 'VARCHAR', '1970-01-01 00:00:00.005'],
  ['DATE', 1, 'VARCHAR', '1970-01-02'],
  ['INT', 5, 'BIGINT', 5],
  ['BIGINT', 5, 'INT', 5],
  ['BIGINT', 5, 'BIGINT(bigint)', 5n],
  ['BIGINT(bigint)', 5n, 'INT', 5],
  ['INT', 5, 'DOUBLE', 5],
  ['BIGINT(bigint)', 2n ** 53n + 1n, 'DOUBLE', 2 ** 53],
  ['DOUBLE', 2.5, 'INT', 3],
  ['DOUBLE', -2.5, 'BIGINT', -3],
  ['DOUBLE', -0.4, 'INT', 0],
  ['DOUBLE', 1e18, 'BIGINT(bigint)', 10n ** 18n],
  ['DOUBLE', 1.005, 'DECIMAL(10,2)', 101n],
  ['INT', 5, 'DECIMAL(10,2)', 500n],
  ['BIGINT(bigint)', 5n, 'DECIMAL(10,2)', 500n],
  ['DECIMAL(10,2)', 250n, 'INT', 3],
  ['DECIMAL(10,2)', -250n, 'BIGINT(bigint)', -3n],
  ['DECIMAL(10,2)', 10n, 'DOUBLE', 0.1],
  ['DECIMAL(10,2)', 125n, 'DECIMAL(10,1)', 13n],
  ['DECIMAL(10,2)', 125n, 'DECIMAL(10,4)', 12500n],
  ['TIMESTAMP(3)', -1, 'DATE', -1],
  ['TIMESTAMP(3)', 86_400_000, 'DATE', 1],
  ['DATE', -1, 'TIMESTAMP(3)', -86_400_000],
  ['INT', null, 'VARCHAR', null],
  ['VARCHAR', null, 'INT', null],
])('%s %p as %s is %p', (from, value, to, result) => {
  expect(castTo(from, to, false)(value)).toBe(result);
  expect(castTo(from, to, true)(value)).toBe(result);
});

test.each<[SqlType, Value, SqlType, string]>([
  ['VARCHAR', 'abc', 'DOUBLE', "cannot cast 'abc' to DOUBLE"],
  ['VARCHAR', '', 'DOUBLE', "cannot cast '' to DOUBLE"],
  ['VARCHAR', '0x10', 'INT', "cannot cast '0x10' to INT"],
  ['VARCHAR', 'NaN', 'DOUBLE', "cannot cast 'NaN' to DOUBLE"],
  ['VARCHAR', '1e309', 'DOUBLE', "cannot cast '1e309' to DOUBLE"],
  ['VARCHAR', '2147483648', 'INT', "cannot cast '2147483648' to INT"],
  ['VARCHAR', '2147483647.5', 'INT', "cannot cast '2147483647.5' to INT"],
  ['VARCHAR', '9007199254740992', 'BIGINT', "cannot cast '9007199254740992' to BIGINT"],
  ['VARCHAR', '9223372036854775808', 'BIGINT(bigint)', "cannot cast '9223372036854775808' to BIGINT(bigint)"],
  ['VARCHAR', '1e999999', 'BIGINT(bigint)', "cannot cast '1e999999' to BIGINT(bigint)"],
  ['VARCHAR', '1000', 'DECIMAL(5,2)', "cannot cast '1000' to DECIMAL(5,2)"],
  ['VARCHAR', 'maybe', 'BOOLEAN', "cannot cast 'maybe' to BOOLEAN"],
  ['VARCHAR', '2025-02-29', 'DATE', "cannot cast '2025-02-29' to DATE"],
  ['VARCHAR', 'x'.repeat(1000), 'TIMESTAMP(3)', `cannot cast '${'x'.repeat(60)}…' to TIMESTAMP(3)`],
  ['DOUBLE', 3e9, 'INT', 'cannot cast 3000000000 to INT'],
  ['DOUBLE', 2147483647.5, 'INT', 'cannot cast 2147483647.5 to INT'],
  ['DOUBLE', 1e300, 'BIGINT(bigint)', 'cannot cast 1e+300 to BIGINT(bigint)'],
  ['DOUBLE', 1e10, 'DECIMAL(5,2)', 'cannot cast 10000000000 to DECIMAL(5,2)'],
  ['BIGINT', 2 ** 31, 'INT', 'cannot cast 2147483648 to INT'],
  ['BIGINT(bigint)', 2n ** 53n, 'BIGINT', 'cannot cast 9007199254740992 to BIGINT'],
  ['DECIMAL(10,2)', 99999n, 'DECIMAL(4,1)', 'cannot cast 999.99 to DECIMAL(4,1)'],
  ['INT', 1000, 'DECIMAL(5,2)', 'cannot cast 1000 to DECIMAL(5,2)'],
])('%s %p as %s: an error, or NULL', (from, value, to, message) => {
  expect(castTo(from, to, true)(value)).toBe(null);
  try {
    castTo(from, to, false)(value);
    expect('nothing thrown').toBe(message);
  } catch (error) {
    expect(error).toBeInstanceOf(RowError);
    expect((error as RowError).message).toBe(message);
    expect((error as RowError).column).toBe('c');
  }
});

describe('epoch milliseconds', () => {
  const direct = (from: SqlType, to: SqlType, value: Value) =>
    cast({ type: from, run: () => value, literal: undefined, column: undefined }, to, false)({});
  test('BIGINT to TIMESTAMP(3) and back', () => {
    expect(direct('BIGINT', 'TIMESTAMP(3)', 5)).toBe(5);
    expect(direct('BIGINT(bigint)', 'TIMESTAMP(3)', 5n)).toBe(5);
    expect(direct('TIMESTAMP(3)', 'BIGINT', 5)).toBe(5);
    expect(direct('TIMESTAMP(3)', 'BIGINT(bigint)', 5)).toBe(5n);
  });
  test('outside the years 1 to 9999', () =>
    expect(() => direct('BIGINT', 'TIMESTAMP(3)', 1e15)).toThrow(
      'cannot cast 1000000000000000 to TIMESTAMP(3)',
    ));
  test('types without a cast', () =>
    expect(() => direct('BOOLEAN', 'DATE', true)).toThrow('BOOLEAN cannot be cast to DATE'));
});

const TYPES: readonly SqlType[] = [
  'INT',
  'BIGINT',
  'BIGINT(bigint)',
  'DOUBLE',
  'DECIMAL(5,0)',
  'DECIMAL(5,2)',
  'DECIMAL(6,3)',
  'DECIMAL(10,0)',
  'DECIMAL(19,0)',
  'DECIMAL(38,10)',
  'VARCHAR',
];
const EXTREMES: Partial<Record<SqlType, readonly Value[]>> = {
  INT: [2 ** 31 - 1, -(2 ** 31)],
  BIGINT: [2 ** 53 - 1, -(2 ** 53 - 1)],
  'BIGINT(bigint)': [2n ** 63n - 1n, -(2n ** 63n)],
  DOUBLE: [Number.MAX_VALUE, 0.5, -Number.MAX_VALUE],
  VARCHAR: ['abc', ''],
};

test('castAlwaysFits says so only where the extremes of a type fit', () => {
  for (const from of TYPES) {
    const decimal = decimalOf(from);
    const extremes = decimal
      ? [10n ** BigInt(decimal.precision) - 1n, 1n - 10n ** BigInt(decimal.precision)]
      : EXTREMES[from];
    for (const to of TYPES) {
      const fits = extremes?.every((value) => castTo(from, to, true)(value) !== null);
      // A proof where it says so; it need not find every one.
      if (castAlwaysFits(from, to)) expect([from, to, fits]).toEqual([from, to, true]);
    }
  }
  expect(castAlwaysFits('INT', 'DECIMAL(10,0)')).toBe(true);
  expect(castAlwaysFits('DECIMAL(5,2)', 'DECIMAL(6,3)')).toBe(true);
  expect(castAlwaysFits('BIGINT(bigint)', 'DOUBLE')).toBe(true);
  expect(castAlwaysFits('DATE', 'TIMESTAMP(3)')).toBe(true);
});

test('text and back, for each type', () => {
  const roundTrip = (type: SqlType, value: Value) =>
    expect(castTo('VARCHAR', type, false)(castTo(type, 'VARCHAR', false)(value))).toBe(value);
  fc.assert(
    fc.property(
      fc.maxSafeInteger(),
      fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      (n, big, x, b) => {
        roundTrip('BIGINT', n);
        roundTrip('BIGINT(bigint)', big);
        roundTrip('DECIMAL(38,12)', big);
        roundTrip('DOUBLE', x + 0);
        roundTrip('BOOLEAN', b);
      },
    ),
  );
});
