// The tables of the wechat insurance team: what arrives, what is looked up, what is written.
import {
  bigint,
  catalog,
  double,
  type Row,
  type Source,
  source,
  type Table,
  table,
  varchar,
} from '../src/dsl/index.ts';

/** Changes of orders: an order arrives again whenever it changes. */
const user_order = source(
  {
    id: bigint(), // the user
    order_no: varchar(),
    order_type: bigint(),
    pay_time: bigint(),
    order_price: double(),
    customer_name: varchar(),
    customer_tel: varchar(),
    certificate_no: varchar(), // identity card
    gmt_created: bigint(), // epoch milliseconds
    gmt_modified: bigint(), // epoch milliseconds
    account_payble: double(),
  },
  { connector: 'datahub', topic: 'user_order' },
);

/** What users do in the wechat channel, with the premium of a new order. */
const update_info = source(
  {
    id: bigint(), // the user
    channel: varchar(),
    open_id: varchar(),
    event: varchar(),
    now_premium: varchar(), // a number, as text
    creator: varchar(),
    modifier: varchar(),
    gmt_modified: bigint(), // epoch milliseconds
    now_info: varchar(), // what the new order insures
  },
  { connector: 'datahub', topic: 'dh_prd_dm_account_wechat_trace' },
);

/** Pages that users see, one line each. */
const user_log = source(
  {
    log_time: bigint(),
    device_id: varchar(),
    account_id: varchar(), // NULL before login
    bury_point_type: varchar(), // kind of page
    page_name: varchar(),
  },
  { connector: 'datahub', topic: 'edw_zy_evt_bury_point_log' },
);

/** Premiums and policies per hour. */
const hs_order = table(
  {
    biz_date: varchar(), // yyyyMMddHH
    total_premium: double(),
    policy_cnt: bigint(),
    policy_holder_cnt: bigint(),
  },
  { primaryKey: 'biz_date', connector: 'rds', tableName: 'adm_pfm_zy_order_gmv_msx_hs' },
);

/** The premium on file of each watched user. */
const raw_info = table(
  { id: bigint(), raw_premium: varchar(), raw_info: varchar() },
  { primaryKey: 'id', connector: 'ots', tableName: 'adm_zy_acct_sub_wechat_list' },
);

/** Alerts: users whose premium dropped. */
const wechat_activity_user = table(
  { id: bigint(), raw_info: varchar(), now_info: varchar(), raw_premium: varchar(), now_premium: varchar() },
  { primaryKey: 'id', connector: 'rds', tableName: 'wechat_activity_user' },
);

/** The page that each account saw last. */
const user_last_log = table(
  { account_id: varchar(), device_id: varchar(), bury_point_type: varchar(), page_name: varchar() },
  { primaryKey: 'account_id', connector: 'rds', tableName: 'adm_zy_moblie_charge_exchg_rs' },
);

// A name for each row: editors and messages show it in place of the columns.
export interface UserOrder extends Row<typeof user_order> {}
export interface UpdateInfo extends Row<typeof update_info> {}
export interface UserLog extends Row<typeof user_log> {}
export interface HsOrder extends Row<typeof hs_order> {}
export interface RawInfo extends Row<typeof raw_info> {}
export interface WechatActivityUser extends Row<typeof wechat_activity_user> {}
export interface UserLastLog extends Row<typeof user_last_log> {}

export interface Tables {
  readonly user_order: Source<UserOrder>;
  readonly update_info: Source<UpdateInfo>;
  readonly user_log: Source<UserLog>;
  readonly hs_order: Table<HsOrder, 'biz_date'>;
  readonly raw_info: Table<RawInfo, 'id'>;
  readonly wechat_activity_user: Table<WechatActivityUser, 'id'>;
  readonly user_last_log: Table<UserLastLog, 'account_id'>;
}

export const { stream, schemas } = catalog<Tables>(
  { user_order, update_info, user_log, hs_order, raw_info, wechat_activity_user, user_last_log },
  { timeZone: 'Asia/Shanghai' },
);
