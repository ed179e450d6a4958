import { D2, distinct, filter, groupBy, groupByOperators, MultiSet, map, output } from '@tanstack/db-ivm';
import { hourTable } from './hour-table.mjs';
import { counted, lastOrders } from './orders.mjs';

const { count, sum } = groupByOperators;

/** The operators of TanStack DB: an epoch is one `run` of the graph. */
export function peer({ startOfToday }) {
  const changesOf = lastOrders();
  const table = hourTable();
  const graph = new D2();
  const input = graph.newInput();
  const rows = input.pipe(map(counted));
  const byHour = (row) => ({ hour: row.hour });
  const into = (column) => output((changes) => table.apply(column, changes.getInner()));
  const distinctPerHour = (column) => [
    filter((row) => row[column] !== null),
    map((row) => [row.hour, { hour: row.hour, value: row[column] }]),
    distinct(([hour, row]) => `${hour}|${row.value}`),
    map(([, row]) => row),
    groupBy(byHour, { value: count() }),
  ];
  rows.pipe(groupBy(byHour, { value: sum((row) => row.amount) }), into('total_premium'));
  rows.pipe(...distinctPerHour('order_no'), into('policy_cnt'));
  rows.pipe(...distinctPerHour('tel'), into('policy_holder_cnt'));
  graph.finalize();
  return {
    epoch(orders) {
      const today = orders.filter(({ gmt_modified }) => gmt_modified >= startOfToday);
      input.sendData(new MultiSet(changesOf(today)));
      graph.run();
    },
    rows: table.rows,
  };
}
