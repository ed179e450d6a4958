// What a call costs the compiler, against cost.json. After a change that is worth it: COST=write npx jest test/types/cost
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, jest, test } from '@jest/globals';
import { instantiations } from './probe.ts';

jest.setTimeout(120_000);

const baseline = new URL('cost.json', import.meta.url);
/** Calls of each kind on rows seen before: what is counted is the call itself. */
const warm = `export const w1 = orders.keyBy('id').lastValue(), w2 = orders.groupBy('id'), w3 = orders.filter(o => o.id.gt(1));
export const w4 = infos.lookup('raw_info', { id: 'id' }), w5 = orders.select({ a: 'id', b: o => o.id.plus(1) });
export const w6 = orders.groupBy({ biz_date: o => o.order_no.orElse('') }).agg({ total_premium: sum('order_price'), policy_cnt: count(), policy_holder_cnt: count() });
export const w7 = orders.keyBy('id', dayOf('gmt_modified')).lastValue({ by: 'id' }).filter(o => o.day.isNotNull());
`;
const calls = [
  "orders.keyBy('order_no').lastValue()",
  "orders.keyBy('order_no', dayOf('gmt_created')).lastValue({ by: 'pay_time' })",
  "orders.groupBy({ h: hourOf('gmt_created') })",
  "w2.agg({ n: sum('pay_time') })",
  'w2.agg({ n: sum(o => o.pay_time.orElse(0)) })',
  'orders.filter(o => o.pay_time.gt(1).and(o.order_no.isNotNull()).or(o.id.eq(3)).not())',
  "orders.pick('id', 'pay_time')",
  "orders.select({ x: 'id', y: o => o.pay_time.plus(1) })",
  'orders.extend({ y: o => o.pay_time.times(2) })',
  "infos.lookup('user_last_log', { account_id: 'channel' })",
  "w6.into('hs_order')",
  "infos.filter(u => u.id.isNotNull()).keyBy('id').lastValue().into('raw_info', { id: 'id', raw_premium: 'now_premium', raw_info: 'now_info' })",
];

test('no call costs more than a tenth above its baseline', () => {
  const [base = 0, ...counts] = instantiations(warm, ...calls.map((call) => `${warm}${call};\n`));
  const costs = Object.fromEntries(calls.map((call, i) => [call, (counts[i] ?? 0) - base]));
  if (process.env.COST === 'write') writeFileSync(baseline, `${JSON.stringify(costs, null, 2)}\n`);
  const known = JSON.parse(readFileSync(baseline, 'utf8')) as Record<string, number>;
  expect(Object.keys(known)).toEqual(calls);
  const dear = calls.filter((call) => (costs[call] ?? 0) > (known[call] ?? 0) * 1.1);
  expect(dear.map((call) => `${call}: ${costs[call]}, baseline ${known[call]}`)).toEqual([]);
});
