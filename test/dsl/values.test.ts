// What callbacks make: calls, casts, literals with the type of what stands beside them.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Columns,
  days,
  decimalOf,
  hours,
  lit,
  minutes,
  now,
  seconds,
  startOfHour,
  startOfToday,
  udf,
  when,
} from '../../src/dsl/index.ts';
import { formatDecimal } from '../../src/values/decimal.ts';
import { decimalOf as digitsOf } from '../../src/values/sql-type.ts';
import { type Sale, stream } from '../types/shop.ts';
import { bare, column, expressionOf } from './node-of.ts';

const sales = stream('sale');
type Callback = Extract<Parameters<typeof sales.select>[0][string], (row: Columns<Sale>) => unknown>;
const of = (callback: Callback): unknown => bare(expressionOf(sales.select({ x: callback })));
const call = (name: string, ...args: unknown[]) => ({ op: 'call', name, args });
const literal = (type: string, value: unknown) => ({ op: 'literal', type, value });
const clock = (from: string, type: string, shift = 0) => ({ op: 'clock', of: from, shift, type });

describe('literals take the type of what stands beside them', () => {
  test.each<[string, Callback, unknown]>([
    ['BIGINT', (o) => o.id.gt(5), literal('BIGINT', 5)],
    ['BIGINT, a fraction is compared as DOUBLE', (o) => o.id.gt(0.5), literal('DOUBLE', 0.5)],
    ['INT', (o) => o.qty.eq(5), literal('INT', 5)],
    ['INT, beyond it', (o) => o.qty.eq(3_000_000_000), literal('BIGINT', 3_000_000_000)],
    ['INT, its least value', (o) => o.qty.eq(-2147483648), literal('INT', -2147483648)],
    ['BIGINT(bigint)', (o) => o.serial.lt(5n), literal('BIGINT(bigint)', '5n')],
    ['DOUBLE', (o) => o.score.lte(5), literal('DOUBLE', 5)],
    ['DECIMAL from a number', (o) => o.amount.gte(0.1), literal('DECIMAL(1,1)', '1n')],
    ['DECIMAL from text', (o) => o.amount.ne('99.50'), literal('DECIMAL(4,2)', '9950n')],
    ['DECIMAL of a great number', (o) => o.amount.lt(1e21), literal('DECIMAL(22,0)', `${10n ** 21n}n`)],
    ['DECIMAL of a small one', (o) => o.amount.gt(-1.5e-7), literal('DECIMAL(8,8)', '-15n')],
    ['VARCHAR', (o) => o.page.eq("it's"), literal('VARCHAR', "it's")],
    ['TIMESTAMP from a Date', (o) => o.placed.lt(new Date(86_400_000)), literal('TIMESTAMP(3)', 86_400_000)],
    ['TIMESTAMP from the clock', (o) => o.placed.lt(now()), clock('now', 'TIMESTAMP(3)')],
    ['BIGINT from the clock', (o) => o.customer.lt(startOfToday()), clock('startOfToday', 'BIGINT')],
    [
      'the clock, moved',
      (o) => o.customer.lt(startOfHour().minus(hours(2)).plus(minutes(1))),
      clock('startOfHour', 'BIGINT', -7_140_000),
    ],
    ['DATE', (o) => o.shipped.eq('1970-01-11'), literal('DATE', 10)],
  ])('%s', (_, callback, wanted) => {
    expect((of(callback) as { args: unknown[] }).args[1]).toEqual(wanted);
  });

  test.each<[string, Callback, unknown]>([
    ['arithmetic', (o) => o.qty.plus(1), call('plus', column('qty'), literal('INT', 1))],
    [
      'arithmetic with DECIMAL',
      (o) => o.amount.times(1.5),
      call('times', column('amount'), literal('DECIMAL(2,1)', '15n')),
    ],
    [
      'the clock in arithmetic',
      (o) => o.id.minus(now().minus(seconds(1))),
      call('minus', column('id'), clock('now', 'BIGINT', -1000)),
    ],
    [
      'orElse',
      (o) => o.amount.orElse('1.5'),
      call('orElse', column('amount'), literal('DECIMAL(10,2)', '150n')),
    ],
    ['nullIf', (o) => o.page.nullIf(''), call('nullIf', column('page'), literal('VARCHAR', ''))],
    [
      'between',
      (o) => o.id.between(1, o.customer),
      call('between', column('id'), literal('BIGINT', 1), column('customer')),
    ],
    [
      'in',
      (o) => o.page.in('a', 'b'),
      call('in', column('page'), literal('VARCHAR', 'a'), literal('VARCHAR', 'b')),
    ],
    [
      'isDistinctFrom',
      (o) => o.open.isDistinctFrom(true),
      call('isDistinctFrom', column('open'), literal('BOOLEAN', true)),
    ],
    [
      'substring',
      (o) => o.page.substring(1, 2),
      call('substring', column('page'), literal('INT', 1), literal('INT', 2)),
    ],
    ['round', (o) => o.score.round(), call('round', column('score'), literal('INT', 0))],
    [
      'an exact constant',
      (o) => o.id.times(decimalOf('0.908')),
      call('times', column('id'), literal('DECIMAL(3,3)', '908n')),
    ],
  ])('%s', (_, callback, wanted) => {
    expect(of(callback)).toEqual(wanted);
  });

  test('constants have a type of their own', () => {
    expect(of(() => lit('x'))).toEqual(literal('VARCHAR', 'x'));
    expect(of(() => lit(1))).toEqual(literal('BIGINT', 1));
    expect(of(() => lit(1.5))).toEqual(literal('DOUBLE', 1.5));
    expect(of(() => lit(1n))).toEqual(literal('BIGINT(bigint)', '1n'));
    expect(of(() => lit(false))).toEqual(literal('BOOLEAN', false));
    expect(of(() => lit(new Date(7)))).toEqual(literal('TIMESTAMP(3)', 7));
    expect(of(() => lit(now().plus(days(1))))).toEqual(clock('now', 'TIMESTAMP(3)', 86_400_000));
  });

  test('decimal digits are kept exactly', () => {
    const digits = fc
      .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.integer({ min: 0, max: 8 }))
      .map(([negative, units, scale]) => formatDecimal(negative ? -units : units, scale));
    fc.assert(
      fc.property(digits, (text) => {
        const made = expressionOf(sales.select({ x: () => decimalOf(text as `${number}`) }));
        if (made.op !== 'literal') throw new Error('a literal is wanted');
        const { precision, scale } = digitsOf(made.type) ?? { precision: 0, scale: 0 };
        expect(formatDecimal(made.value as bigint, scale)).toBe(text);
        expect(String(made.value).replace('-', '').length).toBeLessThanOrEqual(precision);
      }),
    );
  });
});

describe('methods', () => {
  test.each<[string, Callback, unknown]>([
    [
      'and',
      (o) => o.open.and(o.id.gt(o.customer)),
      call('and', column('open'), call('gt', column('id'), column('customer'))),
    ],
    ['or, not', (o) => o.open.or(o.open.not()), call('or', column('open'), call('not', column('open')))],
    ['isNull', (o) => o.page.isNull(), call('isNull', column('page'))],
    ['isNotNull', (o) => o.page.isNotNull(), call('isNotNull', column('page'))],
    [
      'text',
      (o) => o.page.trim().lower().concat(o.page.upper()),
      call('concat', call('lower', call('trim', column('page'))), call('upper', column('page'))),
    ],
    ['length', (o) => o.page.length(), call('length', column('page'))],
    ['like', (o) => o.page.like('a%'), call('like', column('page'), literal('VARCHAR', 'a%'))],
    [
      'contains',
      (o) => o.page.contains('a').and(o.page.startsWith('b')).or(o.page.endsWith('c')),
      call(
        'or',
        call(
          'and',
          call('contains', column('page'), literal('VARCHAR', 'a')),
          call('startsWith', column('page'), literal('VARCHAR', 'b')),
        ),
        call('endsWith', column('page'), literal('VARCHAR', 'c')),
      ),
    ],
    [
      'integers',
      (o) => o.id.quotient(2).mod(o.qty).negate().abs(),
      call(
        'abs',
        call('negate', call('mod', call('quotient', column('id'), literal('BIGINT', 2)), column('qty'))),
      ),
    ],
    [
      'reals',
      (o) => o.score.dividedBy(2).floor().ceil(),
      call('ceil', call('floor', call('dividedBy', column('score'), literal('DOUBLE', 2)))),
    ],
    ['cast', (o) => o.id.cast('VARCHAR'), { op: 'cast', of: column('id'), to: 'VARCHAR', try: false }],
    [
      'tryCast',
      (o) => o.page.tryCast('DECIMAL(12,4)'),
      { op: 'cast', of: column('page'), to: 'DECIMAL(12,4)', try: true },
    ],
    [
      'toDouble of text: NULL where it is no number',
      (o) => o.page.toDouble(),
      { op: 'cast', of: column('page'), to: 'DOUBLE', try: true },
    ],
    [
      'toDouble of a number: an error',
      (o) => o.id.toDouble(),
      { op: 'cast', of: column('id'), to: 'DOUBLE', try: false },
    ],
  ])('%s', (_, callback, wanted) => {
    expect(of(callback)).toEqual(wanted);
  });

  test('when: literals take the type of the first branch', () => {
    expect(of((o) => when(o.open, o.qty).when(o.page.eq(''), 2).otherwise(null))).toEqual({
      op: 'case',
      when: [
        [column('open'), column('qty')],
        [call('eq', column('page'), literal('VARCHAR', '')), literal('INT', 2)],
      ],
      otherwise: literal('INT', null),
    });
    expect(of((o) => when(o.open, 1.5).otherwise(2))).toEqual({
      op: 'case',
      when: [[column('open'), literal('DOUBLE', 1.5)]],
      otherwise: literal('DOUBLE', 2),
    });
  });

  test('udf: arguments of its types, the function itself in the plan', () => {
    const cut = udf('cut', { args: ['VARCHAR', 'INT'], returns: 'VARCHAR', run: (text, n) => text.slice(n) });
    const made = expressionOf(sales.select({ x: (o) => cut(o.page, 2) }));
    expect(bare(made)).toEqual({
      op: 'udf',
      function: { name: 'cut', args: ['VARCHAR', 'INT'], returns: 'VARCHAR' },
      args: [column('page'), literal('INT', 2)],
    });
    const run = made.op === 'udf' ? (made.function.run as (text: string, n: number) => string) : undefined;
    expect(run?.('abc', 1)).toBe('bc');
  });

  test('a value is no secret to a printer or a test', () => {
    sales.select({
      x: (o) => {
        expect(String(Object.prototype.toString.call(o.id))).toBe('[object Object]');
        expect(o.id).toEqual(o.id);
        expect(JSON.stringify({ id: o.id })).toBe('{"id":{}}');
        return o.id;
      },
    });
  });
});
