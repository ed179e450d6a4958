// Length and place of what the compiler says; the words are checked in misuse.tst.ts.
import { describe, expect, jest, test } from '@jest/globals';
import { messages } from './probe.ts';

jest.setTimeout(120_000);

/** One message of one line. */
const short: [mistake: string, code: string, fragment: string][] = [
  ['misspelt column in a callback', 'orders.filter(o => o.gmt_modifed.gte(1))', "Did you mean 'gmt_modified'?"],
  ['misspelt column in a function', "orders.groupBy(hourOf('gmt_modifed'))", '"gmt_modified"'],
  ['misspelt key', "orders.keyBy('idd').lastValue()", '"idd"'],
  ['text against a number', "orders.filter(o => o.id.gt('5'))", 'number | Instant | Numeric'],
  ['number against text', 'orders.filter(o => o.order_no.eq(5))', 'string | Textual'],
  ['order of text', 'infos.filter(u => u.now_premium.lt(5))', "'lt' does not exist"],
  ['a fraction on an integer', 'orders.select({ p: o => o.id.times(0.9) })', 'a fraction'],
  ['time against milliseconds', 'sales.filter(o => o.placed.gt(1700000000000))', 'Instant'],
  ['unknown type', "orders.filter(o => o.id.cast('STRING').isNull())", '"STRING"'],
  ['branches of different types', "orders.select({ p: o => when(o.id.gt(1), 'a').otherwise(2) })", 'not assignable'],
  ['sum of text', "orders.groupBy('id').agg({ n: sum('order_no') })", '"order_no"'],
  ['aggregate named as a key', "orders.groupBy('id').agg({ id: count() })", "'id' is a column of the group already"],
  ['look-up key of another type', "orders.lookup('raw_info', { id: 'order_no' })", '"order_no"'],
  ['column twice', "infos.extend({ raw_info: () => lit('x') }).lookup('raw_info', { id: 'id' })", "a column 'raw_info' too"],
  ['unknown table', "infos.into('raw')", '"raw"'],
  ['unknown source', "stream('user_orders')", '"user_orders"'],
  ['append-only rows', "logs.filter(l => l.account_id.isNotNull()).omit('log_time').into('user_last_log')", 'rows have no key'],
];

/** The words of each misfit with a table, several in one line. */
const fit: [code: string, fragments: string[]][] = [
  [
    "orders.groupBy({ biz_date: hourOf('gmt_modified') }).agg({ total_premium: sum('order_no' as never), policy_cnt: count(), n: count() }).into('hs_order')",
    ["hs_order: column 'policy_holder_cnt' is missing", "hs_order: there is no column 'n'", "hs_order: column 'biz_date' is VARCHAR, not VARCHAR NOT NULL"],
  ],
  [
    "logs.filter(l => l.account_id.isNotNull()).keyBy('account_id', 'device_id').lastValue().omit('log_time').into('user_last_log')",
    ["user_last_log: rows are keyed by 'device_id' too, but the primary key is account_id"],
  ],
];

describe('messages', () => {
  test.each(short)('one line: %s', (_, code, fragment) => {
    const found = messages(code);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(fragment);
    expect(found[0]?.split('\n')).toHaveLength(1);
    expect(found[0]?.length).toBeLessThan(320);
  });

  test.each(fit)('all misfits at once: %s', (code, fragments) => {
    const [message, ...others] = messages(code);
    expect(others).toEqual([]);
    expect(message?.split('\n')).toHaveLength(1);
    for (const fragment of fragments) expect(message).toContain(fragment);
  });

  test('a comparison in place of a method: what is wrong with it, twice', () => {
    const found = messages('orders.filter(o => o.id >= 3)');
    expect(found).toHaveLength(2);
    expect(found.join()).toContain("Type 'boolean' is not assignable to type 'Test<unknown, unknown>'");
    expect(found.join()).toContain("Operator '>=' cannot be applied");
  });

  test('right code has none', () => {
    expect(messages("orders.keyBy('id', dayOf('gmt_modified')).lastValue({ by: 'pay_time', ttl: days(2) })")).toEqual([]);
  });
});
