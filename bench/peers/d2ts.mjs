import {
  consolidate,
  D2,
  distinct,
  filter,
  groupBy,
  groupByOperators,
  MessageType,
  MultiSet,
  map,
  output,
} from '@electric-sql/d2ts';
import { hourTable } from './hour-table.mjs';
import { counted, lastOrders } from './orders.mjs';

const { count, sum } = groupByOperators;

/** Differential dataflow with versions: an epoch is a version, closed by a frontier. */
export function peer({ startOfToday }) {
  const changesOf = lastOrders();
  const table = hourTable();
  const graph = new D2({ initialFrontier: 0 });
  const input = graph.newInput();
  let version = 0;
  const rows = input.pipe(map(counted));
  const byHour = (row) => ({ hour: row.hour });
  const into = (column) =>
    output(({ type, data }) => {
      if (type === MessageType.DATA) table.apply(column, data.collection.getInner());
    });
  const distinctPerHour = (column) => [
    filter((row) => row[column] !== null),
    map((row) => [`${row.hour}|${row[column]}`, { hour: row.hour }]),
    distinct(),
    map(([, row]) => row),
    groupBy(byHour, { value: count() }),
    consolidate(),
  ];
  rows.pipe(groupBy(byHour, { value: sum((row) => row.amount) }), consolidate(), into('total_premium'));
  rows.pipe(...distinctPerHour('order_no'), into('policy_cnt'));
  rows.pipe(...distinctPerHour('tel'), into('policy_holder_cnt'));
  graph.finalize();
  return {
    epoch(orders) {
      const today = orders.filter(({ gmt_modified }) => gmt_modified >= startOfToday);
      input.sendData(version, new MultiSet(changesOf(today)));
      version++;
      input.sendFrontier(version);
      graph.run();
    },
    rows: table.rows,
  };
}
