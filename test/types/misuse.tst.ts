// Wrong code, and a part of what TypeScript says. The same words come from the plan when types are not asked.
import { test } from 'tstyche';
import {
  count, countDistinct, days, decimalOf, hourOf, lit, max, sum, udf, when, table, timestamp, varchar, catalog, source,
} from '../../src/dsl/index.ts';
import { stream } from '../../jobs/catalog.ts';
import { stream as shop } from './shop.ts';

const orders = stream('user_order');
const infos = stream('update_info');
const logs = stream('user_log');
const sales = shop('sale');

test('names', () => {
  // @ts-expect-error Property 'gmt_modifed' does not exist on type 'Columns<UserOrder>'. Did you mean 'gmt_modified'?
  orders.filter(o => o.gmt_modifed.gte(1));
  // @ts-expect-error '"gmt_modifed"' is not assignable to parameter of type '..."gmt_modified"...Fn<UserOrder, InstantType>'.
  orders.groupBy(hourOf('gmt_modifed'));
  // @ts-expect-error Argument of type '"idd"' is not assignable to parameter of type '..."gmt_modified"...Scalar<...>'.
  orders.keyBy('idd').lastValue();
  // @ts-expect-error Argument of type '"idd"' is not assignable
  orders.keyBy('order_no', 'idd').lastValue();
  // @ts-expect-error Argument of type '"idd"' is not assignable to parameter of type '..."order_no"..."account_payble"'.
  orders.pick('id', 'idd');
  // @ts-expect-error Type '"idd"' is not assignable to type '..."gmt_modified"
  orders.rename({ x: 'idd' });
  // @ts-expect-error Type '"idd"' is not assignable to type
  orders.select({ x: 'idd' });
  // @ts-expect-error Type '"idd"' is not assignable to type '..."gmt_modified"
  orders.keyBy('id').lastValue({ by: 'idd' });
  // @ts-expect-error Argument of type '"raw"' is not assignable to parameter of type '..."wechat_activity_user"
  infos.into('raw');
  // @ts-expect-error Argument of type '"raw"' is not assignable to parameter of type '..."wechat_activity_user"
  infos.lookup('raw', { id: 'id' });
  // @ts-expect-error Argument of type '"user_orders"' is not assignable to parameter of type '..."update_info"
  stream('user_orders');
  // @ts-expect-error Argument of type '"hs_order"' is not assignable to parameter of type '..."update_info"
  stream('hs_order');
  // @ts-expect-error Type '"idd"' is not assignable to type '"id" | readonly "id"[]'.
  table({ id: varchar() }, { primaryKey: 'idd' });
});

test('families', () => {
  // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'number | Instant | Numeric<never>'.
  orders.filter(o => o.id.gt('5'));
  // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'string | Textual<never>'.
  orders.filter(o => o.order_no.eq(5));
  // @ts-expect-error Property '[numeric]' is missing in type 'Text<"VARCHAR" | null, "order_no">' but required in type 'Numeric<never>'.
  orders.filter(o => o.id.eq(o.order_no));
  // @ts-expect-error Property 'lt' does not exist on type 'Text<"VARCHAR" | null, "now_premium">'.
  infos.filter(u => u.now_premium.lt(5));
  // @ts-expect-error Argument of type 'number' is not assignable to parameter of type '...Instant...Operand<
  sales.filter(o => o.placed.gt(1_700_000_000_000));
  // @ts-expect-error Argument of type 'Date' is not assignable to parameter of type
  sales.filter(o => o.shipped.gt(new Date()));
  // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'bigint | Numeric<never>'.
  sales.filter(o => o.serial.gt(5));
  // @ts-expect-error Argument of type '"yes"' is not assignable to parameter of type 'boolean |
  sales.filter(o => o.open.orElse('yes'));
  // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'Test<unknown, unknown>'.
  sales.filter(o => o.open.and(1));
  // @ts-expect-error Type 'Int<"BIGINT" | null, "id">' is missing the following properties from type 'Test<unknown, unknown>'
  orders.filter(o => o.id);
});

test('arithmetic', () => {
  // @ts-expect-error "a fraction: write .toDouble() or .cast('DECIMAL(p,s)') first"
  orders.select({ p: o => o.id.times(0.9) });
  // @ts-expect-error Property 'dividedBy' does not exist on type 'Int<"BIGINT" | null, "id">'.
  orders.select({ p: o => o.id.dividedBy(2) });
  // @ts-expect-error Property 'plus' does not exist on type 'Text<"VARCHAR" | null, "order_no">'.
  orders.select({ p: o => o.order_no.plus(1) });
  // @ts-expect-error Argument of type 'string' is not assignable to parameter of type
  orders.select({ p: o => o.id.plus('1') });
  // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'bigint |
  sales.select({ p: o => o.serial.plus(1) });
  // @ts-expect-error is not assignable
  sales.select({ p: o => o.id.quotient(o.score) });
  // @ts-expect-error Argument of type '"0,5"' is not assignable to parameter of type '`${number}`'.
  sales.select({ p: o => o.amount.times(decimalOf('0,5')) });
});

test('casts, conditions, user functions', () => {
  // @ts-expect-error Argument of type '"STRING"' is not assignable to parameter of type
  orders.filter(o => o.id.cast('STRING').isNull());
  // @ts-expect-error Argument of type '2' is not assignable to parameter of type 'string | Expr<"VARCHAR" | null> | null'.
  orders.select({ p: o => when(o.id.gt(1), 'a').otherwise(2) });
  // @ts-expect-error Argument of type 'boolean' is not assignable to parameter of type 'Test<unknown, unknown>'.
  orders.select({ p: () => when(true, 'a').otherwise('b') });
  const length = udf('length', { args: ['VARCHAR'], returns: 'INT', run: text => text.length });
  // @ts-expect-error Type '"BIGINT"' is not assignable to type '"VARCHAR"'.
  orders.select({ n: o => length(o.id) });
  // @ts-expect-error Type 'string' is not assignable to type 'number'.
  udf('wrong', { args: ['VARCHAR'], returns: 'INT', run: text => text });
  // @ts-expect-error Type 'string' is not assignable to type 'Expr<unknown>'.
  orders.select({ shop: () => 'north' });
});

test('aggregates', () => {
  // @ts-expect-error Argument of type '"order_no"' is not assignable to parameter of type '..."order_price"...Fn<UserOrder, NumericType>'.
  orders.groupBy('id').agg({ n: sum('order_no') });
  // @ts-expect-error Type '"VARCHAR"' is not assignable to type 'NumericType | null'.
  orders.groupBy('id').agg({ n: sum(o => o.order_no) });
  // @ts-expect-error Argument of type '"open"' is not assignable to parameter of type
  sales.agg({ n: max('open') });
  // @ts-expect-error Type 'Agg<unknown, "BIGINT">' is not assignable to type '"'id' is a column of the group already"'.
  orders.groupBy('id').agg({ id: count() });
  // @ts-expect-error is missing the following properties from type 'Test<unknown, unknown>'
  orders.groupBy('id').agg({ n: count({ where: o => o.id }) });
  // @ts-expect-error Argument of type '"order_no"' is not assignable to parameter of type
  orders.groupBy(hourOf('order_no'));
  // @ts-expect-error Type 'number' is not assignable to type 'Duration'.
  orders.groupBy('id').agg({ n: count() }, { ttl: 5 });
  // @ts-expect-error Type '"open"' is not assignable to type
  sales.keyBy('id').lastValue({ by: 'open' });
  // @ts-expect-error 'tll' does not exist in type 'WinnerOptions<UserOrder>'
  orders.keyBy('id').lastValue({ tll: days(2) });
});

test('look-ups', () => {
  // @ts-expect-error Type '"order_no"' is not assignable to type '..."gmt_modified"
  orders.lookup('raw_info', { id: 'order_no' });
  // @ts-expect-error Argument of type '"raw_info"' is not assignable to parameter of type '"raw_info: this stream has a column 'raw_info' too: .rename({ …: 'raw_info' }) first"'.
  infos.extend({ raw_info: () => lit('x') }).lookup('raw_info', { id: 'id' });
  // @ts-expect-error Property 'id' is missing in type '{}' but required in type
  infos.lookup('raw_info', {});
  // @ts-expect-error Type '"keep"' is not assignable to type
  infos.lookup('raw_info', { id: 'id' }, { miss: 'keep' });
});

test('rows that do not fit a table', () => {
  const byOrder = orders.groupBy({ biz_date: o => o.order_no.orElse('') });
  const twice = byOrder.agg({ total_premium: sum('account_payble'), policy_cnt: count() });
  // @ts-expect-error Argument of type '"hs_order"' is not assignable to parameter of type '"hs_order: column 'policy_holder_cnt' is missing"'.
  twice.into('hs_order');
  const four = byOrder.agg({ total_premium: sum('account_payble'), policy_cnt: count(), policy_holder_cnt: count(), n: count() });
  // @ts-expect-error Argument of type '"hs_order"' is not assignable to parameter of type '"hs_order: there is no column 'n'"'.
  four.into('hs_order');
  const doubles = byOrder.agg({ total_premium: sum('account_payble'), policy_cnt: sum('account_payble'), policy_holder_cnt: count() });
  // @ts-expect-error Argument of type '"hs_order"' is not assignable to parameter of type '"hs_order: column 'policy_cnt' is DOUBLE, not BIGINT"'.
  doubles.into('hs_order');
  const nullable = orders.groupBy({ biz_date: hourOf('gmt_modified') })
    .agg({ total_premium: sum('account_payble'), policy_cnt: count(), policy_holder_cnt: countDistinct('customer_tel') });
  // @ts-expect-error Argument of type '"hs_order"' is not assignable to parameter of type '"hs_order: column 'biz_date' is VARCHAR, not VARCHAR NOT NULL"'.
  nullable.into('hs_order');
  // @ts-expect-error Argument of type '"price"' is not assignable to parameter of type '"price: column 'amount' is DECIMAL(10,2), not DECIMAL(23,3)"'.
  sales.keyBy('id').lastValue().pick('id', 'amount').into('price');
  // @ts-expect-error Property 'now_infos' does not exist on type
  infos.keyBy('id').lastValue().filter(u => u.id.isNotNull()).into('raw_info', { id: 'id', raw_premium: 'now_premium', raw_info: o => o.now_infos });
  // @ts-expect-error Type '"id"' is not assignable to type
  infos.filter(u => u.id.isNotNull()).keyBy('id').lastValue().into('raw_info', { id: 'id', raw_premium: 'now_premium', raw_info: 'id' });
});

test('keys that do not fit a table', () => {
  const known = logs.filter(l => l.account_id.isNotNull());
  const byDevice = known.keyBy('account_id', 'device_id').lastValue();
  const page = ['account_id', 'device_id', 'bury_point_type', 'page_name'] as const;
  // @ts-expect-error Argument of type '"user_last_log"' is not assignable to parameter of type '"user_last_log: rows are keyed by 'device_id' too, but the primary key is account_id"'.
  byDevice.pick(...page).into('user_last_log');
  // @ts-expect-error '"user_last_log: rows are keyed by 'device_id' too, but the primary key is account_id"'.
  byDevice.into('user_last_log', { account_id: 'account_id', device_id: 'device_id', bury_point_type: 'bury_point_type', page_name: 'page_name' });
  // @ts-expect-error Argument of type '"user_last_log"' is not assignable to parameter of type '"user_last_log: rows have no key: say which one wins, .keyBy(…).lastValue()"'.
  known.pick(...page).into('user_last_log');
  // @ts-expect-error '"raw_info: rows have no key: say which one wins, .keyBy(…).lastValue()"'.
  infos.filter(u => u.id.isNotNull()).into('raw_info', { id: 'id', raw_premium: 'now_premium', raw_info: 'now_info' });
  const dropped = logs.keyBy('device_id').lastValue().filter(l => l.account_id.isNotNull());
  // @ts-expect-error '"user_last_log: rows have no key: say which one wins, .keyBy(…).lastValue()"'.
  dropped.select({ account_id: 'account_id', device_id: () => lit('x'), bury_point_type: 'page_name', page_name: 'page_name' }).into('user_last_log');
});

test('catalogs', () => {
  const one = source({ id: varchar() });
  // @ts-expect-error Property 'timeZone' is missing in type '{}'
  catalog({ one }, {});
  // @ts-expect-error Type '"idd"' is not assignable to type '"id" | readonly "id"[]
  source({ id: varchar() }, { primaryKey: 'idd' });
  // @ts-expect-error Type '"micros"' is not assignable to type
  source({ at: timestamp({ from: 'micros' }) });
});
