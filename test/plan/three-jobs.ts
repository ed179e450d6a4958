// The plans of the three jobs, as the DSL makes them.
import type { JobPlan } from '../../src/plan/node.ts';
import {
  aggregate,
  call,
  clock,
  filter,
  group,
  into,
  job,
  lastValue,
  literal,
  lookup,
  project,
  source,
  table,
  tryCast,
} from './build.ts';

const DAY = 86_400_000;

const ORDER = {
  id: 'BIGINT',
  order_no: 'VARCHAR',
  order_type: 'BIGINT',
  pay_time: 'BIGINT',
  order_price: 'DOUBLE',
  customer_name: 'VARCHAR',
  customer_tel: 'VARCHAR',
  certificate_no: 'VARCHAR',
  gmt_created: 'BIGINT',
  gmt_modified: 'BIGINT',
  account_payble: 'DOUBLE',
} as const;

const rawInfo = table('raw_info', { id: 'BIGINT!', raw_premium: 'VARCHAR', raw_info: 'VARCHAR' }, 'id');
const hsOrder = table(
  'hs_order',
  { biz_date: 'VARCHAR!', total_premium: 'DOUBLE', policy_cnt: 'BIGINT', policy_holder_cnt: 'BIGINT' },
  'biz_date',
);
const userLastLog = table(
  'user_last_log',
  { account_id: 'VARCHAR!', device_id: 'VARCHAR', bury_point_type: 'VARCHAR', page_name: 'VARCHAR' },
  'account_id',
);
const wechatActivityUser = table(
  'wechat_activity_user',
  { id: 'BIGINT!', raw_info: 'VARCHAR', now_info: 'VARCHAR', raw_premium: 'VARCHAR', now_premium: 'VARCHAR' },
  'id',
);

export function hourlyPremium(): JobPlan {
  const today = filter(source('user_order', ORDER), call('gte', 'gmt_modified', clock('startOfToday')));
  const keyed = project(today, ...Object.keys(ORDER), { day: call('dayOf', 'gmt_modified') });
  const lastOrder = lastValue(keyed, ['id', 'day'], { ttl: 2 * DAY });
  const grouped = project(lastOrder, ...Object.keys(ORDER), 'day', {
    biz_date: call('hourOf', 'gmt_modified'),
  });
  const hourly = group(
    grouped,
    ['biz_date'],
    {
      total_premium: aggregate('sum', call('orElse', 'account_payble', literal('DOUBLE', 0))),
      policy_cnt: aggregate('countDistinct', 'order_no'),
      policy_holder_cnt: aggregate('countDistinct', 'customer_tel'),
    },
    3 * DAY,
  );
  return { ...job(into(hourly, hsOrder)), name: 'hourly-premium' };
}

export function premiumDropAlert(): JobPlan {
  const infos = source('update_info', {
    id: 'BIGINT',
    channel: 'VARCHAR',
    open_id: 'VARCHAR',
    event: 'VARCHAR',
    now_premium: 'VARCHAR',
    creator: 'VARCHAR',
    modifier: 'VARCHAR',
    gmt_modified: 'BIGINT',
    now_info: 'VARCHAR',
  });
  const watched = lookup(filter(infos, call('isNotNull', 'id')), rawInfo, { id: 'id' });
  const dropped = project(
    filter(
      watched,
      call(
        'lt',
        tryCast('now_premium', 'DOUBLE'),
        call('times', tryCast('raw_premium', 'DOUBLE'), literal('DOUBLE', 0.85)),
      ),
    ),
    'id',
    'raw_info',
    'now_info',
    'raw_premium',
    'now_premium',
  );
  const baseline = project(lastValue(watched, ['id']), {
    id: 'id',
    raw_premium: 'now_premium',
    raw_info: 'now_info',
  });
  return {
    ...job(into(lastValue(dropped, ['id']), wechatActivityUser), into(baseline, rawInfo)),
    name: 'premium-drop-alert',
  };
}

export function userLastPage(): JobPlan {
  const logs = source('user_log', {
    log_time: 'BIGINT',
    device_id: 'VARCHAR',
    account_id: 'VARCHAR',
    bury_point_type: 'VARCHAR',
    page_name: 'VARCHAR',
  });
  const byDevice = lastValue(filter(logs, call('isNotNull', 'account_id')), ['account_id', 'device_id']);
  const lastPage = lastValue(byDevice, ['account_id']);
  const row = project(lastPage, 'account_id', 'device_id', 'bury_point_type', 'page_name');
  return { ...job(into(row, userLastLog)), name: 'user-last-page' };
}
