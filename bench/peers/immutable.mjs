import { Record as Fields, Map as Persistent } from 'immutable';
import { bizDate, hourOf } from './orders.mjs';

const Hour = Fields({ total: 0, rows: 0, orders: Persistent(), holders: Persistent() });

const added = (counts, value, by) => {
  if (value === null) return counts;
  const n = counts.get(value, 0) + by;
  return n === 0 ? counts.delete(value) : counts.set(value, n);
};

const applied = (hours, order, by) => {
  const number = hourOf(order);
  const before = hours.get(number) ?? Hour();
  const hour = before.withMutations((fields) => {
    fields.set('total', before.total + by * (order.account_payble ?? 0));
    fields.set('rows', before.rows + by);
    fields.set('orders', added(before.orders, order.order_no, by));
    fields.set('holders', added(before.holders, order.customer_tel, by));
  });
  return hour.rows === 0 ? hours.delete(number) : hours.set(number, hour);
};

/** The loop written by hand, its Maps those of Immutable.js: each event makes a new version of the state. */
export function peer({ startOfToday }) {
  let last = Persistent();
  let hours = Persistent();
  return {
    epoch(orders) {
      for (const order of orders) {
        if (order.gmt_modified < startOfToday) continue;
        const key = Math.floor(hourOf(order) / 24);
        const users = last.get(key) ?? Persistent();
        const before = users.get(order.id);
        if (before !== undefined) hours = applied(hours, before, -1);
        last = last.set(key, users.set(order.id, order));
        hours = applied(hours, order, 1);
      }
    },
    rows: () =>
      [...hours].map(([hour, { total, orders, holders }]) => ({
        biz_date: bizDate(hour),
        total_premium: total,
        policy_cnt: orders.size,
        policy_holder_cnt: holders.size,
      })),
  };
}
