import { countDistinct, dayOf, days, hourOf, job, startOfToday, sum } from '../src/dsl/index.ts';
import { stream } from './catalog.ts';

/** What each user last ordered on a day, by arrival. An order of a new day takes nothing back from the day before. */
const lastOrder = stream('user_order')
  .filter((o) => o.gmt_modified.gte(startOfToday()))
  .keyBy('id', dayOf('gmt_modified'))
  .lastValue({ ttl: days(2) });

const hourly = lastOrder.groupBy({ biz_date: hourOf('gmt_modified') }).agg(
  {
    total_premium: sum((o) => o.account_payble.orElse(0)),
    policy_cnt: countDistinct('order_no'),
    policy_holder_cnt: countDistinct('customer_tel'),
  },
  { ttl: days(3) },
);

/** Premiums, policies and policy holders of each hour, from the last order of each user and day. */
export default job('hourly-premium', hourly.into('hs_order'));
