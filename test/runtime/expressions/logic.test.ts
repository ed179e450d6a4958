import { describe, expect, test } from '@jest/globals';
import type { Expression } from '../../../src/plan/expression.ts';
import { compileExpression, compileTest } from '../../../src/runtime/expressions/compile.ts';
import { both, call, env, evaluate, literal, type Typed } from './evaluate.ts';

const T: Typed = ['BOOLEAN', true];
const F: Typed = ['BOOLEAN', false];
const N: Typed = ['BOOLEAN', null];

test.each([
  [T, T, true, true],
  [T, F, false, true],
  [T, N, null, true],
  [F, T, false, true],
  [F, F, false, false],
  [F, N, false, null],
  [N, T, null, true],
  [N, F, false, null],
  [N, N, null, null],
])('%j and/or %j', (a, b, and, or) => {
  expect(both('and', a, b)).toBe(and);
  expect(both('or', a, b)).toBe(or);
});

test('and, or of one and of three', () => {
  expect([both('and', N), both('or', F)]).toEqual([null, false]);
  expect([both('and', T, N, F), both('and', T, N, T), both('or', F, N, T), both('or', F, N, F)]).toEqual([
    false,
    null,
    true,
    null,
  ]);
});

describe('what is decided already is not computed', () => {
  const fails = call('eq', call('quotient', literal(['INT', 1]), literal(['INT', 0])), literal(['INT', 1]));
  test.each([
    ['and', F, false],
    ['or', T, true],
  ] as const)('%s', (name, first, value) => {
    const run = (expression: Expression) => compileExpression(expression, [], env)({});
    expect(run(call(name, literal(first), fails))).toBe(value);
    expect(() => run(call(name, fails, literal(first)))).toThrow('division by zero: 1 quotient 0');
    // NULL decides nothing.
    expect(() => run(call(name, literal(N), fails))).toThrow('division by zero');
  });
});

test('not', () => expect([T, F, N].map((v) => both('not', v))).toEqual([false, true, null]));
test('isNull, isNotNull', () => {
  expect([T, N].map((v) => both('isNull', v))).toEqual([false, true]);
  expect([T, N].map((v) => both('isNotNull', v))).toEqual([true, false]);
});

test('a test is TRUE, not FALSE and not NULL', () => {
  const passes = (value: Typed) => compileTest(literal(value), [], env)({});
  expect([T, F, N].map(passes)).toEqual([true, false, false]);
});

test('orElse, in the common type', () => {
  expect(both('orElse', ['INT', 5], ['INT', 7])).toBe(5);
  expect(both('orElse', ['INT', null], ['INT', 7])).toBe(7);
  expect(both('orElse', ['INT', 0], ['INT', 7])).toBe(0);
  expect(both('orElse', ['VARCHAR', ''], ['VARCHAR', 'x'])).toBe('');
  expect(both('orElse', ['BOOLEAN', false], ['BOOLEAN', true])).toBe(false);
  expect(both('orElse', ['INT', null], ['INT', null])).toBe(null);
  expect(both('orElse', ['DECIMAL(10,2)', null], ['INT', 7])).toBe(700n);
  expect(both('orElse', ['DECIMAL(10,2)', 125n], ['DOUBLE', 7])).toBe(1.25);
  expect(both('orElse', ['INT', 5], ['BIGINT(bigint)', 7n])).toBe(5n);
});

test('orElse computes the fallback for NULL alone', () => {
  const fails = call('quotient', literal(['INT', 1]), literal(['INT', 0]));
  expect(compileExpression(call('orElse', literal(['INT', 5]), fails), [], env)({})).toBe(5);
});

test('nullIf', () => {
  expect(both('nullIf', ['INT', 5], ['INT', 5])).toBe(null);
  expect(both('nullIf', ['INT', 5], ['INT', 6])).toBe(5);
  expect(both('nullIf', ['INT', 5], ['INT', null])).toBe(5);
  expect(both('nullIf', ['INT', null], ['INT', 5])).toBe(null);
  expect(both('nullIf', ['DECIMAL(5,1)', 50n], ['DOUBLE', 5])).toBe(null);
  expect(evaluate('nullIf', ['VARCHAR', ''], ['VARCHAR', ''])).toBe(null);
});
