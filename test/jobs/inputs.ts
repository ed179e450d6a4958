// Small inputs of the three jobs, and the tables that they come to, spelled out.

import hourlyPremium from '../../jobs/hourly-premium.ts';
import premiumDropAlert from '../../jobs/premium-drop-alert.ts';
import userLastPage from '../../jobs/user-last-page.ts';
import type { Job } from '../../src/dsl/index.ts';

export type TableRow = Readonly<Record<string, string | number | null>>;
export type TableRows = Readonly<Record<string, readonly TableRow[]>>;

/** A job with its input and answer. */
export interface Example {
  readonly name: string;
  readonly job: Job;
  readonly source: string;
  /** ISO text. */
  readonly clock: string;
  /** Rows of the looked-up tables before the first row. */
  readonly before: TableRows;
  /** Members as they stand in a line of NDJSON. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Tables after so many rows; the last is the whole. */
  readonly after: Readonly<Record<number, TableRows>>;
  readonly counts: { readonly applied: number; readonly filtered: number; readonly quarantined: number };
}

/** Local time of 2025-01-15 in Shanghai, as epoch milliseconds. */
export const at = (time: string, day = '2025-01-15'): number => Date.parse(`${day}T${time}+08:00`);
export const CLOCK = '2025-01-15T10:00:00+08:00';

const hour = (
  biz_date: string,
  total_premium: number | null,
  policy_cnt: number,
  policy_holder_cnt: number,
): TableRow => ({ biz_date, total_premium, policy_cnt, policy_holder_cnt });

const hourly: Example = {
  name: 'hourly-premium',
  job: hourlyPremium,
  source: 'user_order',
  clock: CLOCK,
  before: {},
  rows: [
    { id: 1, order_no: 'A1', customer_tel: '100', gmt_modified: at('08:10:00'), account_payble: 100.5 },
    { id: 2, order_no: 'B1', customer_tel: '100', gmt_modified: at('08:50:00'), account_payble: 0.1 },
    // NULL counts as 0 in the premium, and not at all elsewhere.
    { id: 3, order_no: null, customer_tel: null, gmt_modified: at('08:59:59.999'), account_payble: null },
    // The next order of a user takes the one before back, out of its hour.
    { id: 1, order_no: 'A2', customer_tel: '101', gmt_modified: at('09:05:00'), account_payble: 200 },
    // An edit.
    { id: 2, order_no: 'B1', customer_tel: '100', gmt_modified: at('08:50:00'), account_payble: 0.2 },
    // Yesterday's last millisecond.
    {
      id: 6,
      order_no: 'Y',
      customer_tel: '1',
      gmt_modified: at('23:59:59.999', '2025-01-14'),
      account_payble: 1,
    },
    { id: 4, order_no: 'B1', customer_tel: '', gmt_modified: at('08:00:00'), account_payble: 0.1 },
    { id: '4', order_no: 'no number', gmt_modified: at('08:00:00'), account_payble: 1e9 },
    { id: 3, order_no: 'C', customer_tel: '101', gmt_modified: at('09:00:00'), account_payble: -0.3 },
    // Of tomorrow: another key, so today's order of user 1 stays.
    {
      id: 1,
      order_no: 'A3',
      customer_tel: null,
      gmt_modified: at('00:30:00', '2025-01-16'),
      account_payble: 50,
    },
    { id: null, order_no: null, customer_tel: null, gmt_modified: at('07:30:00'), account_payble: null },
    { id: 5, order_no: 'E', customer_tel: '105', gmt_modified: at('06:15:00'), account_payble: 9 },
    // By arrival, though its time is earlier: hour 06 is empty now and has no row.
    { id: 5, order_no: 'E', customer_tel: '105', gmt_modified: at('05:15:00'), account_payble: 8 },
    { id: 7, order_no: 'F', customer_tel: '107', gmt_modified: null, account_payble: 8 },
  ],
  after: {
    3: { hs_order: [hour('2025011508', 100.6, 2, 1)] },
    4: { hs_order: [hour('2025011508', 0.1, 1, 1), hour('2025011509', 200, 1, 1)] },
    14: {
      hs_order: [
        hour('2025011505', 8, 1, 1),
        hour('2025011507', 0, 0, 0),
        hour('2025011508', 0.30000000000000004, 1, 2),
        hour('2025011509', 199.7, 2, 1),
        hour('2025011600', 50, 1, 0),
      ],
    },
  },
  counts: { applied: 11, filtered: 2, quarantined: 1 },
};

const alert: Example = {
  name: 'premium-drop-alert',
  job: premiumDropAlert,
  source: 'update_info',
  clock: CLOCK,
  before: {
    raw_info: [
      { id: 1, raw_premium: '1000', raw_info: 'house' },
      { id: 2, raw_premium: '200.0', raw_info: 'car' },
      { id: 3, raw_premium: null, raw_info: null },
      { id: 4, raw_premium: 'n/a', raw_info: '' },
    ],
  },
  rows: [
    { id: 1, now_premium: '900', now_info: 'h1' },
    // 0.85 of 900 is 765: not below.
    { id: 1, now_premium: '765', now_info: 'h2' },
    { id: 1, now_premium: ' 6.5e2', now_info: 'h3' },
    { id: 2, now_premium: '170', now_info: 'c1' },
    // No number: no alert, and yet on file.
    { id: 2, now_premium: 'abc', now_info: 'c2' },
    { id: 2, now_premium: '1', now_info: 'c3' },
    { id: 3, now_premium: '5', now_info: 't1' },
    { id: 3, now_premium: '4', now_info: 't2' },
    { id: 9, now_premium: '1', now_info: 'nobody watches' },
    { id: null, now_premium: '1', now_info: 'nobody' },
    { id: 4, now_premium: '9', now_info: 'n1' },
    // As text '10' is below '7.65'.
    { id: 4, now_premium: '10', now_info: 'n2' },
    { id: 1, now_premium: null, now_info: null },
    { id: 1, now_premium: 1, now_info: 'a number where a text is wanted' },
  ],
  after: {
    2: {
      wechat_activity_user: [],
      raw_info: [
        { id: 1, raw_premium: '765', raw_info: 'h2' },
        { id: 2, raw_premium: '200.0', raw_info: 'car' },
        { id: 3, raw_premium: null, raw_info: null },
        { id: 4, raw_premium: 'n/a', raw_info: '' },
      ],
    },
    14: {
      wechat_activity_user: [
        { id: 1, raw_info: 'h2', now_info: 'h3', raw_premium: '765', now_premium: ' 6.5e2' },
        { id: 3, raw_info: 't1', now_info: 't2', raw_premium: '5', now_premium: '4' },
      ],
      raw_info: [
        { id: 1, raw_premium: null, raw_info: null },
        { id: 2, raw_premium: '1', raw_info: 'c3' },
        { id: 3, raw_premium: '4', raw_info: 't2' },
        { id: 4, raw_premium: '10', raw_info: 'n2' },
      ],
    },
  },
  counts: { applied: 11, filtered: 2, quarantined: 1 },
};

const page = (
  account_id: string,
  device_id: string | null,
  bury_point_type: string | null,
  page_name: string | null,
): TableRow => ({ account_id, device_id, bury_point_type, page_name });

const last: Example = {
  name: 'user-last-page',
  job: userLastPage,
  source: 'user_log',
  clock: CLOCK,
  before: {},
  rows: [
    { log_time: 10, device_id: 'd1', account_id: 'a1', bury_point_type: 'page', page_name: 'home' },
    { log_time: 11, device_id: 'd2', account_id: 'a1', bury_point_type: 'page', page_name: 'list' },
    // The first line once more: its device was seen last.
    { log_time: 10, device_id: 'd1', account_id: 'a1', bury_point_type: 'page', page_name: 'home' },
    { log_time: 12, device_id: 'd1', account_id: null, bury_point_type: 'page', page_name: 'login' },
    // Accounts that a database may take for one.
    { log_time: 5, device_id: 'd1', account_id: 'A1', bury_point_type: 'click', page_name: '\u{1f600}' },
    { log_time: 4, device_id: null, account_id: 'a1 ', bury_point_type: null, page_name: "it's \\" },
    { log_time: 3, device_id: 'd1', account_id: '', bury_point_type: '', page_name: null },
    {
      log_time: 2,
      device_id: 'd1',
      account_id: 'é'.repeat(255),
      bury_point_type: 'page',
      page_name: 'x'.repeat(100_000),
    },
    {
      log_time: 2,
      device_id: 'd1',
      account_id: 'é'.repeat(256),
      bury_point_type: 'page',
      page_name: 'too long a key',
    },
    // Earlier by its time, later by arrival.
    { log_time: 1, device_id: 'd9', account_id: 'A1', bury_point_type: 'click', page_name: 'end' },
  ],
  after: {
    2: { user_last_log: [page('a1', 'd2', 'page', 'list')] },
    3: { user_last_log: [page('a1', 'd1', 'page', 'home')] },
    10: {
      user_last_log: [
        page('', 'd1', '', null),
        page('A1', 'd9', 'click', 'end'),
        page('a1', 'd1', 'page', 'home'),
        page('a1 ', null, null, "it's \\"),
        page('é'.repeat(255), 'd1', 'page', 'x'.repeat(100_000)),
      ],
    },
  },
  counts: { applied: 8, filtered: 1, quarantined: 1 },
};

export const EXAMPLES: readonly Example[] = [hourly, alert, last];
