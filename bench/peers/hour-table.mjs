import { bizDate } from './orders.mjs';

/**
 * A table whose columns come from three streams of changes: of a batch what is taken away goes first, then what is added
 * comes, since both may name the same hour.
 */
export function hourTable() {
  const columns = { total_premium: new Map(), policy_cnt: new Map(), policy_holder_cnt: new Map() };
  return {
    /** Takes `[[key, { hour, value }], multiplicity]`. */
    apply(column, changes) {
      const values = columns[column];
      for (const [[, { hour }], n] of changes) if (n < 0) values.delete(hour);
      for (const [[, { hour, value }], n] of changes) if (n > 0) values.set(hour, value);
    },
    rows: () =>
      [...columns.total_premium].map(([hour, total_premium]) => ({
        biz_date: bizDate(hour),
        total_premium,
        policy_cnt: columns.policy_cnt.get(hour) ?? 0,
        policy_holder_cnt: columns.policy_holder_cnt.get(hour) ?? 0,
      })),
  };
}
