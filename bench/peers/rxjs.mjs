import { Map as Persistent } from 'immutable';
import { filter, groupBy, map, mergeMap, pairwise, Subject, scan, startWith } from 'rxjs';
import { bizDate, hourOf, keyOf } from './orders.mjs';

const none = { total: 0, rows: 0, orders: Persistent(), holders: Persistent() };

const added = (counts, value, by) => {
  if (value === null) return counts;
  const n = counts.get(value, 0) + by;
  return n === 0 ? counts.delete(value) : counts.set(value, n);
};

/** A reducer as `scan` wants it: a new state from the one before, which stays as it is. */
const next = (state, { order, by }) => ({
  total: state.total + by * (order.account_payble ?? 0),
  rows: state.rows + by,
  orders: added(state.orders, order.order_no, by),
  holders: added(state.holders, order.customer_tel, by),
});

/** A pipeline of RxJS: a group per user's day that tells the order before and after, a group per hour that scans. */
export function peer({ startOfToday }) {
  const input = new Subject();
  const table = new Map();
  input
    .pipe(
      filter((order) => order.gmt_modified >= startOfToday),
      groupBy(keyOf),
      mergeMap((orders) => orders.pipe(startWith(undefined), pairwise())),
      mergeMap(([before, after]) =>
        before === undefined
          ? [{ order: after, by: 1 }]
          : [
              { order: before, by: -1 },
              { order: after, by: 1 },
            ],
      ),
      groupBy(({ order }) => hourOf(order)),
      mergeMap((changes) =>
        changes.pipe(
          scan(next, none),
          map((state) => [changes.key, state]),
        ),
      ),
    )
    .subscribe(([hour, state]) => {
      if (state.rows === 0) table.delete(hour);
      else
        table.set(hour, {
          biz_date: bizDate(hour),
          total_premium: state.total,
          policy_cnt: state.orders.size,
          policy_holder_cnt: state.holders.size,
        });
    });
  return {
    epoch(orders) {
      for (const order of orders) input.next(order);
    },
    rows: () => [...table.values()],
  };
}
