// What the calls give: rows and keys.
import { describe, expect, test } from 'tstyche';
import {
  avg, count, countDistinct, dayOf, decimalOf, hourOf, hours, lit, max, min, now, startOfToday, sum, udf, when,
  type Columns, type KeyIn, type Output, type RowIn,
} from '../../src/dsl/index.ts';
import { stream, type Sale } from './shop.ts';

const sales = stream('sale');

test('a source is append-only, its row keeps its name', () => {
  expect<RowIn<typeof sales>>().type.toBe<Sale>();
  expect<KeyIn<typeof sales>>().type.toBe<never>();
  expect<Sale>().type.toBe<{
    id: 'BIGINT'; customer: 'BIGINT' | null; amount: 'DECIMAL(10,2)' | null; placed: 'TIMESTAMP(3)' | null;
    shipped: 'DATE' | null; open: 'BOOLEAN' | null; serial: 'BIGINT(bigint)' | null; qty: 'INT' | null;
    score: 'DOUBLE' | null; page: 'VARCHAR' | null;
  }>();
});

describe('keys', () => {
  const lastOfDay = sales.keyBy('customer', dayOf('placed')).lastValue({ by: 'placed' });
  test('a computed part joins row and key', () => {
    expect<KeyIn<typeof lastOfDay>>().type.toBe<'customer' | 'day'>();
    expect<RowIn<typeof lastOfDay>['day']>().type.toBe<'VARCHAR' | null>();
    expect<RowIn<typeof lastOfDay>['qty']>().type.toBe<'INT' | null>();
  });
  test('an object names its parts', () => {
    const named = sales
      .keyBy('id', { order_day: dayOf('placed'), part: o => o.id.mod(24) })
      .firstValue({ ttl: hours(24), ignoreNulls: true });
    expect<KeyIn<typeof named>>().type.toBe<'id' | 'order_day' | 'part'>();
    expect<RowIn<typeof named>['part']>().type.toBe<'BIGINT'>();
  });
  test('four parts', () => {
    const four = sales.keyBy('id', 'customer', dayOf('placed'), { h: hourOf('placed') }).lastValue();
    expect<KeyIn<typeof four>>().type.toBe<'id' | 'customer' | 'day' | 'h'>();
  });
  test('projections carry the key under its new names, or lose it', () => {
    expect<KeyIn<ReturnType<typeof lost>>>().type.toBe<'*'>();
    expect<KeyIn<ReturnType<typeof picked>>>().type.toBe<'customer' | 'day'>();
    expect<KeyIn<ReturnType<typeof renamed>>>().type.toBe<'who' | 'day'>();
    expect<KeyIn<ReturnType<typeof selected>>>().type.toBe<'who' | 'day'>();
    expect<KeyIn<ReturnType<typeof prefixed>>>().type.toBe<'x_customer' | 'x_day'>();
    expect<KeyIn<ReturnType<typeof replaced>>>().type.toBe<'*'>();
    expect<KeyIn<ReturnType<typeof extended>>>().type.toBe<'customer' | 'day'>();
    expect<KeyIn<ReturnType<typeof omitted>>>().type.toBe<'*'>();
  });
  const lost = () => lastOfDay.pick('customer', 'amount');
  const picked = () => lastOfDay.pick('customer', 'day');
  const renamed = () => lastOfDay.rename({ who: 'customer' });
  const selected = () => lastOfDay.select({ who: 'customer', day: 'day', one: () => lit(1) });
  const prefixed = () => lastOfDay.prefix('x_');
  const replaced = () => lastOfDay.extend({ day: () => lit('x') });
  const extended = () => lastOfDay.extend({ amount: o => o.amount.orElse(0) });
  const omitted = () => lastOfDay.omit('day');
  test('filters and look-ups keep it', () => {
    const found = lastOfDay.filter(o => o.day.isNotNull()).lookup('customer', { cid: 'customer' });
    expect<KeyIn<typeof found>>().type.toBe<'customer' | 'day'>();
  });
});

describe('shape', () => {
  test('pick, omit, rename, prefix', () => {
    const few = sales.pick('id', 'amount');
    expect<RowIn<typeof few>>().type.toBe<{ id: 'BIGINT'; amount: 'DECIMAL(10,2)' | null }>();
    const prefixed = few.prefix('o_');
    expect<RowIn<typeof prefixed>>().type.toBe<{ o_id: 'BIGINT'; o_amount: 'DECIMAL(10,2)' | null }>();
    const renamed = few.rename({ nr: 'id' });
    expect<RowIn<typeof renamed>>().type.toBe<{ amount: 'DECIMAL(10,2)' | null; nr: 'BIGINT' }>();
    const omitted = few.omit('amount');
    expect<RowIn<typeof omitted>>().type.toBe<{ id: 'BIGINT' }>();
  });
  test('extend replaces', () => {
    const extended = sales.pick('id', 'amount').extend({ amount: o => o.amount.orElse(0), day: dayOf(o => o.id) });
    expect<RowIn<typeof extended>>().type.toBe<{ id: 'BIGINT'; amount: 'DECIMAL(10,2)'; day: 'VARCHAR' }>();
  });
});

describe('what filters prove', () => {
  test('and', () => {
    const and = sales.filter(o => o.customer.gt(1).and(o.page.isNotNull()));
    expect<RowIn<typeof and>['customer']>().type.toBe<'BIGINT'>();
    expect<RowIn<typeof and>['page']>().type.toBe<'VARCHAR'>();
  });
  test('or proves what both sides prove', () => {
    const or = sales.filter(o => o.customer.gt(1).and(o.page.isNotNull()).or(o.customer.eq(0)));
    expect<RowIn<typeof or>['customer']>().type.toBe<'BIGINT'>();
    expect<RowIn<typeof or>['page']>().type.toBe<'VARCHAR' | null>();
  });
  test('not swaps', () => {
    const not = sales.filter(o => o.page.isNull().or(o.customer.lt(0)).not());
    expect<RowIn<typeof not>['page']>().type.toBe<'VARCHAR'>();
    expect<RowIn<typeof not>['customer']>().type.toBe<'BIGINT'>();
  });
  test('nothing proven: the same stream', () => {
    const same = sales.filter(o => o.page.isNotNull().not());
    expect<typeof same>().type.toBe<typeof sales>();
  });
  test('a boolean column is a test', () => {
    const open = sales.filter(o => o.open);
    expect<RowIn<typeof open>['open']>().type.toBe<'BOOLEAN'>();
  });
  test('through computations', () => {
    const deep = sales.filter(o => o.page.toDouble().lt(o.score.times(0.85)));
    expect<RowIn<typeof deep>['page']>().type.toBe<'VARCHAR'>();
    expect<RowIn<typeof deep>['score']>().type.toBe<'DOUBLE'>();
  });
});

test('values', () => {
  const computed = sales.select({
    tax: o => o.amount.times(decimalOf('0.19')), twice: o => o.id.times(2), mixed: o => o.id.plus(o.amount),
    big: o => o.serial.plus(1n), half: o => o.id.toDouble().dividedBy(2), text: o => o.amount.cast('VARCHAR'),
    tried: o => o.page.tryCast('DECIMAL(12,4)'), zero: o => o.page.tryCast('DECIMAL(12,4)').orElse(0),
    late: o => o.placed.lt(new Date()), due: o => o.shipped.gte('2024-01-01'), whole: o => o.qty.quotient(2),
    kind: o => when(o.amount.gt(100), 'big').when(o.amount.gt('99.5'), 'edge').otherwise('small'),
    maybe: o => when(o.amount.gt(100), o.id).otherwise(null), one: () => lit(1), long: o => o.page.length(),
    both: o => o.page.concat(o.page).upper(), none: o => o.id.nullIf(0), seen: () => lit(now()),
    fraction: () => lit(1.5), rounded: o => o.score.round(2), age: o => o.id.minus(startOfToday()),
  });
  type Computed = RowIn<typeof computed>;
  expect<Computed['tax']>().type.toBe<'DECIMAL' | null>();
  expect<Computed['twice']>().type.toBe<'BIGINT'>();
  expect<Computed['mixed']>().type.toBe<'DECIMAL' | null>();
  expect<Computed['big']>().type.toBe<'BIGINT(bigint)' | null>();
  expect<Computed['half']>().type.toBe<'DOUBLE'>();
  expect<Computed['text']>().type.toBe<'VARCHAR' | null>();
  expect<Computed['tried']>().type.toBe<'DECIMAL(12,4)' | null>();
  expect<Computed['zero']>().type.toBe<'DECIMAL(12,4)'>();
  expect<Computed['late']>().type.toBe<'BOOLEAN' | null>();
  expect<Computed['due']>().type.toBe<'BOOLEAN' | null>();
  expect<Computed['whole']>().type.toBe<'INT' | null>();
  expect<Computed['kind']>().type.toBe<'VARCHAR'>();
  expect<Computed['maybe']>().type.toBe<'BIGINT' | null>();
  expect<Computed['one']>().type.toBe<'BIGINT'>();
  expect<Computed['long']>().type.toBe<'INT' | null>();
  expect<Computed['both']>().type.toBe<'VARCHAR' | null>();
  expect<Computed['none']>().type.toBe<'BIGINT' | null>();
  expect<Computed['seen']>().type.toBe<'TIMESTAMP(3)'>();
  expect<Computed['fraction']>().type.toBe<'DOUBLE'>();
  expect<Computed['rounded']>().type.toBe<'DOUBLE' | null>();
  expect<Computed['age']>().type.toBe<'BIGINT'>();
});

test('user functions: NULL for NULL, and what they give', () => {
  const reverse = udf('reverse', { args: ['VARCHAR', 'INT'], returns: 'VARCHAR', run: (text, n) => text.slice(n) });
  const find = udf('find', { args: ['VARCHAR'], returns: 'BIGINT', run: text => (text === '' ? null : 1) });
  const called = sales.select({ a: () => reverse('x', 1), b: o => reverse(o.page, 1), c: () => find('x') });
  expect<RowIn<typeof called>>().type.toBe<{ a: 'VARCHAR'; b: 'VARCHAR' | null; c: 'BIGINT' | null }>();
});

describe('aggregates', () => {
  test('by group', () => {
    const grouped = sales.groupBy('customer', hourOf('placed')).agg({
      n: count(), some: count({ where: o => o.qty.gt(1) }), buyers: countDistinct('customer'), units: sum('qty'),
      turnover: sum('amount'), score: sum('score', { where: o => o.page.eq('/') }), mean: avg('qty'),
      exact: avg('amount'), first: min('placed'), last: max('page'), big: max('serial'),
      premium: sum(o => o.score.orElse(0)),
    }, { ttl: hours(1) });
    expect<RowIn<typeof grouped>>().type.toBe<{
      customer: 'BIGINT' | null; hour: 'VARCHAR' | null; n: 'BIGINT'; some: 'BIGINT'; buyers: 'BIGINT'; units: 'BIGINT' | null;
      turnover: 'DECIMAL(38,2)' | null; score: 'DOUBLE' | null; mean: 'DOUBLE' | null; exact: 'DECIMAL' | null;
      first: 'TIMESTAMP(3)' | null; last: 'VARCHAR' | null; big: 'BIGINT(bigint)' | null; premium: 'DOUBLE';
    }>();
    expect<KeyIn<typeof grouped>>().type.toBe<'customer' | 'hour'>();
  });
  test('over all rows: one row', () => {
    const all = sales.agg({ n: count(), latest: max('placed', { where: o => o.open }) });
    expect<RowIn<typeof all>>().type.toBe<{ n: 'BIGINT'; latest: 'TIMESTAMP(3)' | null }>();
    expect<KeyIn<typeof all>>().type.toBe<''>();
    expect(all.select({ day: () => lit('all'), amount: () => lit(1).cast('DECIMAL(20,2)'), n: 'n' }).into('total')).type.toBe<Output>();
  });
  test('a callback written once', () => {
    const score = (o: Columns<Sale>) => o.score.orElse(0);
    const reused = sales.filter(o => o.page.eq('/')).groupBy('id').agg({ total: sum(score) });
    expect<RowIn<typeof reused>['total']>().type.toBe<'DOUBLE'>();
  });
});

describe('look-ups', () => {
  test('bring the other columns', () => {
    const found = sales.pick('id', 'customer').lookup('customer', { cid: 'customer' });
    expect<RowIn<typeof found>>().type.toBe<{
      id: 'BIGINT'; customer: 'BIGINT' | null; name: 'VARCHAR' | null; since: 'TIMESTAMP(3)' | null;
    }>();
    expect<KeyIn<typeof found>>().type.toBe<never>();
  });
  test('by a key of two columns', () => {
    const found = sales.pick('id', 'customer').lookup('pair', { a: 'id', b: 'customer' }, { miss: 'null' });
    expect<RowIn<typeof found>>().type.toBe<{ id: 'BIGINT'; customer: 'BIGINT' | null; n: 'INT' | null }>();
  });
});

describe('into', () => {
  const last = sales.keyBy('id').lastValue();
  test('a computed DECIMAL, an integer into a wider one, fit', () => {
    expect(last.into('price', { id: 'id', amount: o => o.amount.times(decimalOf('1.5')) })).type.toBe<Output>();
    expect(last.into('price', { id: 'id', amount: o => o.amount.cast('DECIMAL(9,3)') })).type.toBe<Output>();
    const days = sales.groupBy({ day: o => o.page.orElse('') }).agg({ amount: sum('amount'), n: max('qty') });
    expect(days.into('total')).type.toBe<Output>();
  });
  test('the key may be smaller than the primary key', () => {
    expect(last.filter(o => o.customer.isNotNull()).into('pair', { a: 'id', b: 'customer', n: 'qty' })).type.toBe<Output>();
  });
});
