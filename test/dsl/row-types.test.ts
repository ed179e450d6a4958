// The row types that the plan derives are those of the type system (test/types/results.tst.ts has the same calls).
import { expect, test } from '@jest/globals';
import {
  avg,
  count,
  countDistinct,
  dayOf,
  decimalOf,
  hourOf,
  lit,
  max,
  min,
  now,
  startOfToday,
  sum,
  udf,
  when,
} from '../../src/dsl/index.ts';
import { trustedColumnsOf } from '../../src/plan/derive/columns.ts';
import { upsertKeyOf } from '../../src/plan/derive/upsert-key.ts';
import { stream } from '../types/shop.ts';
import { nodeOf } from './node-of.ts';

const sales = stream('sale');
const rowOf = (made: object): Record<string, string> =>
  Object.fromEntries(
    trustedColumnsOf(nodeOf(made)).map(({ name, type, nullable }) => [
      name,
      nullable ? `${type} | null` : type,
    ]),
  );

test('values', () => {
  const reverse = udf('reverse', { args: ['VARCHAR'], returns: 'VARCHAR', run: (text) => text });
  const computed = sales.select({
    tax: (o) => o.amount.times(decimalOf('0.19')),
    twice: (o) => o.id.times(2),
    mixed: (o) => o.id.plus(o.amount),
    big: (o) => o.serial.plus(1n),
    half: (o) => o.id.toDouble().dividedBy(2),
    text: (o) => o.amount.cast('VARCHAR'),
    tried: (o) => o.page.tryCast('DECIMAL(12,4)'),
    zero: (o) => o.page.tryCast('DECIMAL(12,4)').orElse(0),
    late: (o) => o.placed.lt(new Date()),
    whole: (o) => o.qty.quotient(2),
    kind: (o) => when(o.amount.gt(100), 'big').when(o.amount.gt('99.5'), 'edge').otherwise('small'),
    maybe: (o) => when(o.amount.gt(100), o.id).otherwise(null),
    one: () => lit(1),
    long: (o) => o.page.length(),
    both: (o) => o.page.concat(o.page).upper(),
    none: (o) => o.id.nullIf(0),
    seen: () => lit(now()),
    rounded: (o) => o.score.round(2),
    age: (o) => o.id.minus(startOfToday()),
    called: () => reverse('x'),
    calledMaybe: (o) => reverse(o.page),
    different: (o) => o.page.isDistinctFrom('x'),
  });
  expect(rowOf(computed)).toEqual({
    tax: 'DECIMAL(12,4) | null',
    twice: 'BIGINT',
    mixed: 'DECIMAL(22,2) | null',
    big: 'BIGINT(bigint) | null',
    half: 'DOUBLE',
    text: 'VARCHAR | null',
    tried: 'DECIMAL(12,4) | null',
    zero: 'DECIMAL(12,4)',
    late: 'BOOLEAN | null',
    whole: 'INT | null',
    kind: 'VARCHAR',
    maybe: 'BIGINT | null',
    one: 'BIGINT',
    long: 'INT | null',
    both: 'VARCHAR | null',
    none: 'BIGINT | null',
    seen: 'TIMESTAMP(3)',
    rounded: 'DOUBLE | null',
    age: 'BIGINT',
    called: 'VARCHAR',
    calledMaybe: 'VARCHAR | null',
    different: 'BOOLEAN',
  });
});

test('aggregates', () => {
  const grouped = sales.groupBy('customer', hourOf('placed')).agg({
    n: count(),
    buyers: countDistinct('customer'),
    units: sum('qty'),
    turnover: sum('amount'),
    score: sum((o) => o.score.orElse(0), { where: (o) => o.page.eq('/') }),
    mean: avg('qty'),
    exact: avg('amount'),
    first: min('placed'),
    last: max('page'),
    premium: sum((o) => o.score.orElse(0)),
  });
  expect(rowOf(grouped)).toEqual({
    customer: 'BIGINT | null',
    hour: 'VARCHAR | null',
    n: 'BIGINT',
    buyers: 'BIGINT',
    units: 'BIGINT | null',
    turnover: 'DECIMAL(38,2) | null',
    score: 'DOUBLE | null',
    mean: 'DOUBLE | null',
    exact: 'DECIMAL(38,6) | null',
    first: 'TIMESTAMP(3) | null',
    last: 'VARCHAR | null',
    premium: 'DOUBLE',
  });
});

test('what filters prove', () => {
  const proven = (made: object): string[] =>
    trustedColumnsOf(nodeOf(made)).flatMap(({ name, nullable }) => (nullable ? [] : [name]));
  expect(proven(sales.filter((o) => o.customer.gt(1).and(o.page.isNotNull())))).toEqual([
    'id',
    'customer',
    'page',
  ]);
  expect(proven(sales.filter((o) => o.customer.gt(1).and(o.page.isNotNull()).or(o.customer.eq(0))))).toEqual([
    'id',
    'customer',
  ]);
  expect(proven(sales.filter((o) => o.page.isNull().or(o.customer.lt(0)).not()))).toEqual([
    'id',
    'customer',
    'page',
  ]);
  expect(proven(sales.filter((o) => o.page.isNotNull().not()))).toEqual(['id']);
  expect(proven(sales.filter((o) => o.open))).toEqual(['id', 'open']);
});

test('keys', () => {
  const last = sales.keyBy('customer', dayOf('placed')).lastValue();
  expect(upsertKeyOf(nodeOf(sales))).toBe('append-only');
  expect(upsertKeyOf(nodeOf(last))).toEqual(['customer', 'day']);
  expect(upsertKeyOf(nodeOf(last.pick('customer')))).toBe('no-key');
  expect(upsertKeyOf(nodeOf(last.rename({ who: 'customer' })))).toEqual(['who', 'day']);
  expect(upsertKeyOf(nodeOf(last.prefix('x_')))).toEqual(['x_customer', 'x_day']);
  expect(upsertKeyOf(nodeOf(last.extend({ day: () => lit('x') })))).toBe('no-key');
  expect(upsertKeyOf(nodeOf(last.extend({ amount: (o) => o.amount.orElse(0) })))).toEqual([
    'customer',
    'day',
  ]);
  expect(upsertKeyOf(nodeOf(sales.agg({ n: count() })))).toEqual([]);
});
