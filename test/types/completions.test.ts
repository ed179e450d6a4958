// What an editor offers at each cursor of a job.
import { describe, expect, jest, test } from '@jest/globals';
import { complete, hover } from './probe.ts';

jest.setTimeout(120_000);

const ORDER = [
  'account_payble', 'certificate_no', 'customer_name', 'customer_tel', 'gmt_created', 'gmt_modified', 'id',
  'order_no', 'order_price', 'order_type', 'pay_time',
];
const TIMES = ['gmt_created', 'gmt_modified', 'id', 'order_type', 'pay_time'];
const NUMBERS = ['account_payble', ...TIMES, 'order_price'].sort();
const TABLES = ['hs_order', 'raw_info', 'user_last_log', 'wechat_activity_user'];
const TYPES = ['BIGINT', 'BIGINT(bigint)', 'BOOLEAN', 'DATE', 'DOUBLE', 'INT', 'TIMESTAMP(3)', 'VARCHAR'];

const cases: [string, string[]][] = [
  ["stream('¦')", ['update_info', 'user_log', 'user_order']],
  // Names of columns, by type
  ["orders.groupBy(hourOf('¦'))", TIMES],
  ["orders.groupBy(hourOf('¦", TIMES],
  ["orders.groupBy('id', hourOf('¦'))", TIMES],
  ["orders.groupBy('id', '¦')", ORDER],
  ["orders.groupBy({ biz: hourOf('¦') })", TIMES],
  ["orders.groupBy({ biz: '¦' })", ORDER],
  ["orders.keyBy('¦')", ORDER],
  ["orders.keyBy('id', '¦')", ORDER],
  ["orders.keyBy('id', dayOf('¦'))", TIMES],
  ["orders.keyBy('id', { d: dayOf('¦') })", TIMES],
  ["orders.keyBy('id').lastValue({ by: '¦' })", ORDER],
  ["orders.keyBy('id').lastValue({ ¦ })", ['by', 'ignoreNulls', 'ttl']],
  ["orders.keyBy('id').firstValue({ ¦ })", ['by', 'ignoreNulls', 'ttl']],
  ["orders.groupBy('id').agg({ n: sum('¦') })", NUMBERS],
  ["orders.groupBy('id').agg({ n: sum('¦", NUMBERS],
  ["orders.groupBy('id').agg({ n: countDistinct('¦') })", ORDER],
  ["orders.groupBy('id').agg({ n: count() }, { ¦ })", ['ttl']],
  ["orders.agg({ n: max('¦') })", ORDER],
  ["sales.agg({ n: min('¦') })", ['amount', 'customer', 'id', 'page', 'placed', 'qty', 'score', 'serial', 'shipped']],
  ["sales.groupBy(dayOf('¦'))", ['customer', 'id', 'placed']],
  // Callbacks
  ['orders.filter(o => o.¦)', ORDER],
  ["orders.groupBy('id').agg({ n: sum(o => o.¦) })", ORDER],
  ["orders.groupBy('id').agg({ n: sum('id', { where: o => o.¦ }) })", ORDER],
  ["orders.keyBy('id', { d: dayOf(o => o.¦) })", ORDER],
  ["orders.keyBy('id', { d: o => o.¦ })", ORDER],
  ['orders.select({ x: o => o.¦ })', ORDER],
  // Projections
  ["orders.pick('id', '¦')", ORDER],
  ["orders.omit('¦')", ORDER],
  ["orders.select({ x: '¦' })", ORDER],
  ["orders.extend({ x: dayOf('¦') })", TIMES],
  ["orders.rename({ x: '¦' })", ORDER],
  // Tables
  ["infos.lookup('¦')", TABLES],
  ["infos.lookup('raw_info', { ¦ })", ['id']],
  ["infos.lookup('raw_info', { id: '¦' })", ['gmt_modified', 'id']],
  ["infos.lookup('raw_info', { id: 'id' }, { miss: '¦' })", ['drop', 'null']],
  ["infos.into('¦')", TABLES],
  ["infos.into('raw_info', { ¦ })", ['id', 'raw_info', 'raw_premium']],
  [
    "infos.filter(u => u.id.isNotNull()).keyBy('id').lastValue().into('raw_info', { raw_premium: '¦' })",
    ['channel', 'creator', 'event', 'modifier', 'now_info', 'now_premium', 'open_id'],
  ],
  [
    "infos.filter(u => u.id.isNotNull()).keyBy('id').lastValue().into('raw_info', { id: '¦' })",
    ['id'],
  ],
  ["table({ id: bigint(), day: varchar() }, { primaryKey: '¦' })", ['day', 'id']],
  // Types
  ["orders.filter(o => o.id.cast('¦').isNull())", TYPES],
  ["udf('f', { args: ['¦'], returns: 'INT', run: () => 1 })", TYPES],
  ["timestamp({ from: '¦' })", ['millis', 'seconds', 'text']],
];

describe('completions', () => {
  test.each(cases)('%s', (text, wanted) => {
    expect(complete(text).filter((name) => name !== '')).toEqual([...wanted].sort());
  });

  test('a value offers the methods of its type alone', () => {
    const text = complete('orders.filter(o => o.order_no.¦)');
    expect(text).toEqual(expect.arrayContaining(['eq', 'like', 'toDouble', 'isNotNull', 'orElse']));
    for (const name of ['lt', 'plus', 'and', 'dividedBy']) expect(text).not.toContain(name);
    const integer = complete('orders.filter(o => o.id.¦)');
    expect(integer).toEqual(expect.arrayContaining(['lt', 'plus', 'quotient', 'mod', 'between']));
    for (const name of ['like', 'dividedBy', 'round']) expect(integer).not.toContain(name);
  });

  test('a stream offers the calls that run, and nothing that does not', () => {
    expect(complete('orders.¦')).toEqual(
      ['agg', 'extend', 'filter', 'groupBy', 'into', 'keyBy', 'lookup', 'omit', 'pick', 'prefix', 'rename', 'select'],
    );
    expect(complete("orders.keyBy('id').¦")).toEqual(['firstValue', 'lastValue']);
  });
});

describe('hovers', () => {
  test('a named row stays a name', () => {
    expect(hover('const kept¦ = orders.filter(o => o.order_no.isNull().not().not())')).toBe(
      'const kept: Stream<UserOrder, never, Tables>',
    );
  });
  test('row, key and catalog are spelled out', () => {
    expect(
      hover("const hourly¦ = orders.groupBy({ biz_date: hourOf('gmt_modified') }).agg({ total: sum('order_price'), n: count() })")
        .replaceAll(/\s+/g, ' '),
    ).toBe(
      'const hourly: Stream<{ biz_date: "VARCHAR" | null; total: "DOUBLE" | null; n: "BIGINT"; }, "biz_date", Tables>',
    );
  });
  test('a computed key part is in row and key', () => {
    const text = hover("const last¦ = orders.pick('id', 'gmt_modified').keyBy('id', dayOf('gmt_modified')).lastValue()");
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(
      /^const last: Stream<\{ .*day: "VARCHAR" \| null; \}, "(id" \| "day|day" \| "id)", Tables>$/,
    );
  });
});
