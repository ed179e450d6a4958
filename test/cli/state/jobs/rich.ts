/** A job with every kind of state: rows, candidates, groups, counted values, joined rows, and one that is made again. */
import { count, countDistinct, days, job, max, sum } from '../../../../src/dsl/index.ts';
import { stream } from './catalog.ts';

const latest = stream('sale')
  .keyBy('id')
  .lastValue({ ttl: days(1) });
const total = latest
  .groupBy('shop')
  .agg(
    { total: sum('price'), top: max('amount'), buyers: countDistinct('buyer'), n: count() },
    { ttl: days(2) },
  );
const best = latest.keyBy('shop').lastValue({ by: 'amount', ttl: days(2) });
const seen = stream('sale')
  .keyBy('shop')
  .lastValue({ ignoreNulls: true, ttl: days(1) });
const city = latest.lookup('shop_info', { shop: 'shop' }, { miss: 'null' });
const buyers = stream('sale').keyBy('buyer').lastValue();
const shops = buyers.groupBy('shop').agg({ n: count() });
const priced = stream('sale')
  .keyBy('day', 'price')
  .lastValue({ by: 'id', ttl: days(1) });
export default job(
  'rich',
  total.into('shop_total'),
  best.pick('shop', 'id', 'amount').into('shop_best'),
  seen.pick('shop', 'buyer', 'note').into('shop_seen'),
  city.pick('id', 'shop', 'city').into('sale_city'),
  shops.into('buyer_shop'),
  priced.pick('day', 'price', 'id').into('day_price'),
);
