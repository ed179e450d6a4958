import { expect, test } from '@jest/globals';
import type { Expression } from '../../../src/plan/expression.ts';
import type { Column } from '../../../src/plan/schema.ts';
import { canThrow } from '../../../src/runtime/expressions/can-throw.ts';
import type { SqlType } from '../../../src/values/sql-type.ts';
import { call, column, literal } from './evaluate.ts';

const columns: Column[] = (
  [
    ['t', 'VARCHAR'],
    ['i', 'INT'],
    ['b', 'BIGINT'],
    ['x', 'DOUBLE'],
    ['d', 'DECIMAL(10,2)'],
    ['w', 'DECIMAL(38,10)'],
    ['v', 'DECIMAL(38,0)'],
    ['at', 'TIMESTAMP(3)'],
  ] as const
).map(([name, type]) => ({ name, type, nullable: true }));
const [t, i, b, x, d, w, v, at] = columns.map(({ name }) => column(name)) as Expression[] as [
  Expression,
  Expression,
  Expression,
  Expression,
  Expression,
  Expression,
  Expression,
  Expression,
];
const cast = (of: Expression, to: SqlType, orNull = false): Expression => ({
  op: 'cast',
  of,
  to,
  try: orNull,
});
const one = literal(['INT', 1]);
const when = (test: Expression, value: Expression, otherwise: Expression): Expression => ({
  op: 'case',
  when: [[test, value]],
  otherwise,
});
const fails = call('quotient', i, i);

test.each<[string, Expression]>([
  ['a column', i],
  ['a literal', one],
  ['the clock', { op: 'clock', of: 'now', shift: 5, type: 'BIGINT' }],
  ['comparisons', call('lt', d, x)],
  ['logic', call('and', call('isNull', t), call('not', call('in', i, one)))],
  ['tryCast', cast(t, 'INT', true)],
  ['toDouble of text', cast(t, 'DOUBLE', true)],
  ['a cast that always fits', cast(i, 'DOUBLE')],
  ['a cast to text', cast(at, 'VARCHAR')],
  ['orElse', call('orElse', x, literal(['DOUBLE', 0]))],
  ['orElse of types that fit', call('orElse', d, i)],
  ['nullIf', call('nullIf', i, one)],
  ['text', call('substring', call('lower', t), one)],
  ['like', call('like', t, t)],
  ['case', when(call('eq', i, one), i, b)],
])('%s: never', (_, expression) => expect(canThrow(expression, columns)).toBe(false));

test.each<[string, Expression]>([
  ['arithmetic', call('plus', i, one)],
  ['arithmetic deep inside', call('isNull', call('orElse', fails, one))],
  ['cast of text', cast(t, 'INT')],
  ['a cast that may not fit', cast(b, 'INT')],
  ['tryCast over what throws', cast(fails, 'VARCHAR', true)],
  ['calendar', call('hourOf', b)],
  ['rounding', call('round', d)],
  ['orElse of types that may not fit', call('orElse', w, v)],
  ['case: a test', when(call('eq', fails, one), i, i)],
  ['case: a value', when(call('eq', i, one), fails, i)],
  ['case: the last value', when(call('eq', i, one), i, fails)],
  ['case of types that may not fit', when(call('eq', i, one), w, v)],
  ['udf', { op: 'udf', function: { name: 'f', args: ['INT'], returns: 'INT', run: () => 1 }, args: [i] }],
])('%s: perhaps', (_, expression) => expect(canThrow(expression, columns)).toBe(true));
