import { expect, test } from '@jest/globals';
import { durationText } from '../../../src/plan/explain/duration-text.ts';
import { printAggregate, printExpression } from '../../../src/plan/explain/print-expression.ts';
import type { Expression } from '../../../src/plan/expression.ts';
import { aggregate, call, cast, clock, col, literal, tryCast, udf, when } from '../build.ts';

const one = literal('BIGINT', 1);
const plus = call('plus', 'a', 'b');
const minus = call('minus', 'a', 'b');

test.each<[string, Expression]>([
  ['a', col('a')],
  ['NULL', literal('INT', null)],
  ["'it''s'", literal('VARCHAR', "it's")],
  ['0.85', literal('DOUBLE', 0.85)],
  ['12.50', literal('DECIMAL(4,2)', 1250n)],
  ['9223372036854775807', literal('BIGINT(bigint)', 9223372036854775807n)],
  ['true', literal('BOOLEAN', true)],
  ["'2025-01-15 02:00:00.000'", literal('TIMESTAMP(3)', Date.UTC(2025, 0, 15, 2))],
  ["'2025-01-15'", literal('DATE', Date.UTC(2025, 0, 15) / 86_400_000)],
  ['startOfToday()', clock('startOfToday')],
  ['a >= now() - 7 days', call('gte', 'a', clock('now', -7 * 86_400_000))],
  ['a * (now() + 1 hour)', call('times', 'a', clock('now', 3_600_000))],
  ['a + b * 1', call('plus', 'a', call('times', 'b', one))],
  ['(a + b) * 1', call('times', plus, one)],
  ['a + b - 1', call('minus', plus, one)],
  ['1 - (a - b)', call('minus', one, minus)],
  ['a / (b / 1)', call('dividedBy', 'a', call('dividedBy', 'b', one))],
  [
    'a = 1 and b <> 1 or c is NULL',
    call('or', call('and', call('eq', 'a', one), call('ne', 'b', one)), call('isNull', 'c')),
  ],
  [
    '(a = 1 or b = 1) and c is not NULL',
    call('and', call('or', call('eq', 'a', one), call('eq', 'b', one)), call('isNotNull', 'c')),
  ],
  ['not (a = 1 or p)', call('not', call('or', call('eq', 'a', one), 'p'))],
  ['not a = 1', call('not', call('eq', 'a', one))],
  ['(a > 1) is NULL', call('isNull', call('gt', 'a', one))],
  ['a + b between 1 and b', call('between', plus, one, 'b')],
  ['a in (1, 1)', call('in', 'a', one, one)],
  ["t like 'x%'", call('like', 't', literal('VARCHAR', 'x%'))],
  ['a is distinct from b', call('isDistinctFrom', 'a', 'b')],
  ['orElse(a, 1)', call('orElse', 'a', one)],
  ['hourOf(a + b)', call('hourOf', plus)],
  ['cast(a as DOUBLE)', cast('a', 'DOUBLE')],
  ['tryCast(t as DECIMAL(12,4)) < 1', call('lt', tryCast('t', 'DECIMAL(12,4)'), one)],
  ['case when p then a else 1 end', when(col('p'), col('a'), one)],
  ['countChar(t, 1)', udf('countChar', ['VARCHAR', 'BIGINT'], 'INT', 't', one)],
])('%s', (text, expression) => {
  expect(printExpression(expression)).toBe(text);
});

test('aggregates', () => {
  expect(printAggregate(aggregate('count'))).toBe('count()');
  expect(printAggregate(aggregate('sum', plus, call('isNull', 'a')))).toBe('sum(a + b) where a is NULL');
});

test.each([
  [86_400_000, '1 day'],
  [2 * 86_400_000, '2 days'],
  [90 * 60_000, '90 minutes'],
  [1500, '1500 ms'],
  [1000, '1 second'],
  [0, '0 ms'],
])('%i ms are %s', (millis, text) => {
  expect(durationText(millis)).toBe(text);
});
