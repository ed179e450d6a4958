// The catalog with the other primary keys that the business may want.
import { bigint, catalog, source, table, varchar } from '../../src/dsl/index.ts';

const update_info = source({
  id: bigint(),
  open_id: varchar(),
  now_premium: varchar(),
  now_info: varchar(),
});
const user_log = source({
  log_time: bigint(),
  device_id: varchar(),
  account_id: varchar(),
  bury_point_type: varchar(),
  page_name: varchar(),
});
const raw_info = table({ id: bigint(), raw_premium: varchar(), raw_info: varchar() }, { primaryKey: 'id' });
const wechat_activity_user = table(
  {
    id: bigint(),
    open_id: varchar(),
    raw_info: varchar(),
    now_info: varchar(),
    raw_premium: varchar(),
    now_premium: varchar(),
  },
  { primaryKey: ['id', 'open_id'] },
);
const user_last_log = table(
  { account_id: varchar(), device_id: varchar(), bury_point_type: varchar(), page_name: varchar() },
  { primaryKey: ['account_id', 'device_id'] },
);

export const { stream } = catalog(
  { update_info, user_log, raw_info, wechat_activity_user, user_last_log },
  { timeZone: 'Asia/Shanghai' },
);
