// What all peers compute alike: where an order counts.

const HOUR = 3_600_000;
const ZONE = 8 * HOUR;

/** Hours since 1970 in Asia/Shanghai. */
export const hourOf = (order) => Math.floor((order.gmt_modified + ZONE) / HOUR);

/** The key of which the last order counts: a user's day. */
export const keyOf = (order) => `${Math.floor(hourOf(order) / 24)}|${order.id}`;

/** An hour as the table shows it: yyyyMMddHH. */
export const bizDate = (hour) => new Date(hour * HOUR).toISOString().slice(0, 13).replace(/[-T]/g, '');

/**
 * The changes that an epoch makes to the last orders, as differential dataflow wants them: of each touched key the order
 * before with -1, the one after with 1. What an upsert envelope does.
 */
export function lastOrders() {
  const last = new Map();
  return (orders) => {
    const before = new Map();
    for (const order of orders) {
      const key = keyOf(order);
      if (!before.has(key)) before.set(key, last.get(key));
      last.set(key, order);
    }
    const changes = [];
    for (const [key, order] of before) {
      if (order !== undefined) changes.push([order, -1]);
      changes.push([last.get(key), 1]);
    }
    return changes;
  };
}

/** The columns of an order that count. */
export const counted = (order) => ({
  hour: hourOf(order),
  amount: order.account_payble ?? 0,
  order_no: order.order_no,
  tel: order.customer_tel,
});
