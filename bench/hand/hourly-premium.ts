import type { UserOrder } from '../data/event-types.ts';
import type { HandJob } from './hand-job.ts';

const HOUR = 3_600_000;
const ZONE = 8 * HOUR;

interface Hour {
  biz_date: string;
  total: number;
  rows: number;
  readonly orders: Map<string, number>;
  readonly holders: Map<string, number>;
}

/** `hourly-premium`: the last order of each user and day, summed per hour. */
export function hourlyPremium(startOfToday: number): HandJob<UserOrder> {
  /** By day, then user. */
  const last = new Map<number, Map<number | null, UserOrder>>();
  /** By hours since 1970, local time. */
  const hours = new Map<number, Hour>();

  function count(counts: Map<string, number>, value: string | null, by: 1 | -1): void {
    if (value === null) return;
    const n = (counts.get(value) ?? 0) + by;
    if (n === 0) counts.delete(value);
    else counts.set(value, n);
  }

  function apply(order: UserOrder, number: number, by: 1 | -1): void {
    let hour = hours.get(number);
    if (hour === undefined) {
      const text = new Date(number * HOUR).toISOString();
      const biz_date = text.slice(0, 13).replace(/[-T]/g, '');
      hour = { biz_date, total: 0, rows: 0, orders: new Map(), holders: new Map() };
      hours.set(number, hour);
    }
    hour.total += by * (order.account_payble ?? 0);
    hour.rows += by;
    count(hour.orders, order.order_no, by);
    count(hour.holders, order.customer_tel, by);
    if (hour.rows === 0) hours.delete(number);
  }

  return {
    changed: 'all',
    add(order) {
      const time = order.gmt_modified;
      if (time < startOfToday) return undefined;
      const number = Math.floor((time + ZONE) / HOUR);
      const day = Math.floor(number / 24);
      let users = last.get(day);
      if (users === undefined) {
        users = new Map();
        last.set(day, users);
      }
      const before = users.get(order.id);
      if (before !== undefined) apply(before, Math.floor((before.gmt_modified + ZONE) / HOUR), -1);
      users.set(order.id, order);
      apply(order, number, 1);
      return undefined;
    },
    tables: () => ({
      hs_order: [...hours.values()].map(({ biz_date, total, orders, holders }) => ({
        biz_date,
        total_premium: total,
        policy_cnt: orders.size,
        policy_holder_cnt: holders.size,
      })),
    }),
  };
}
