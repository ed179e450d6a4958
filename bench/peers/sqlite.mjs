import Database from 'better-sqlite3';
import { bizDate, hourOf } from './orders.mjs';

/** SQL: the last orders in a table in memory, an upsert for each event; at the end of an epoch the hours that it touched are computed anew. */
export function peer({ startOfToday }) {
  const db = new Database(':memory:');
  db.exec(`
    CREATE TABLE last_order (
      day INTEGER, id INTEGER, hour INTEGER, order_no TEXT, customer_tel TEXT, amount REAL, PRIMARY KEY (day, id)
    ) WITHOUT ROWID;
    CREATE INDEX last_order_hour ON last_order (hour, order_no, customer_tel, amount);
    CREATE TABLE hs_order (
      hour INTEGER PRIMARY KEY, total_premium REAL, policy_cnt INTEGER, policy_holder_cnt INTEGER
    );
  `);
  const before = db.prepare('SELECT hour FROM last_order WHERE day = ? AND id = ?').pluck();
  const upsert = db.prepare(`
    INSERT INTO last_order VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (day, id) DO UPDATE SET hour = excluded.hour, order_no = excluded.order_no,
      customer_tel = excluded.customer_tel, amount = excluded.amount
  `);
  const remove = db.prepare('DELETE FROM hs_order WHERE hour = ?');
  const compute = db.prepare(`
    INSERT INTO hs_order
    SELECT hour, sum(amount), count(DISTINCT order_no), count(DISTINCT customer_tel)
    FROM last_order WHERE hour = ? GROUP BY hour
  `);
  return {
    epoch: db.transaction((orders) => {
      const touched = new Set();
      for (const order of orders) {
        if (order.gmt_modified < startOfToday) continue;
        const hour = hourOf(order);
        const day = Math.floor(hour / 24);
        const old = before.get(day, order.id);
        if (old !== undefined) touched.add(old);
        touched.add(hour);
        upsert.run(day, order.id, hour, order.order_no, order.customer_tel, order.account_payble ?? 0);
      }
      for (const hour of touched) {
        remove.run(hour);
        compute.run(hour);
      }
    }),
    rows: () =>
      db
        .prepare('SELECT * FROM hs_order')
        .all()
        .map(({ hour, ...row }) => ({ biz_date: bizDate(hour), ...row })),
    close: () => db.close(),
  };
}
