// Events and table rows as `JSON.parse` gives them: the loops written by hand know no catalog.

/** An event of `user_order`. */
export interface UserOrder {
  readonly id: number | null;
  readonly order_no: string | null;
  readonly order_type: number | null;
  readonly pay_time: number | null;
  readonly order_price: number | null;
  readonly customer_name: string | null;
  readonly customer_tel: string | null;
  readonly certificate_no: string | null;
  readonly gmt_created: number | null;
  readonly gmt_modified: number;
  readonly account_payble: number | null;
}

/** An event of `update_info`. */
export interface UpdateInfo {
  readonly id: number | null;
  readonly channel: string | null;
  readonly open_id: string | null;
  readonly event: string | null;
  readonly now_premium: string | null;
  readonly creator: string | null;
  readonly modifier: string | null;
  readonly gmt_modified: number | null;
  readonly now_info: string | null;
}

/** An event of `user_log`. */
export interface UserLog {
  readonly log_time: number | null;
  readonly device_id: string | null;
  readonly account_id: string | null;
  readonly bury_point_type: string | null;
  readonly page_name: string | null;
}

/** A row of `raw_info`. */
export type RawInfo = {
  readonly id: number;
  readonly raw_premium: string | null;
  readonly raw_info: string | null;
};
