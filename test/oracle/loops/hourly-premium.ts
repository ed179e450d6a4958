import { localText, startOf } from '../calendar.ts';
import { exactSum } from '../numbers.ts';
import { type Arrived, Reject, type Row } from '../types.ts';
import type { LoopAnswer } from './loop-answer.ts';

const ZONE = 'Asia/Shanghai';

/** The last order of each user and day, of orders since the start of the day on which they arrived; then by hour. */
export function hourlyPremium(arrived: readonly Arrived[]): LoopAnswer {
  const quarantined: number[] = [];
  const last = new Map<string, Row>();
  arrived.forEach(({ row, clock }, i) => {
    if (row === null) {
      quarantined.push(i);
      return;
    }
    const time = row.gmt_modified as number | null;
    if (time === null || time < startOf('dayOf', clock, ZONE)) return;
    try {
      last.set(`${row.id} ${localText('dayOf', time, ZONE)}`, row);
    } catch (error) {
      if (!(error instanceof Reject)) throw error;
      quarantined.push(i);
    }
  });
  const hours = new Map<string, Row[]>();
  for (const row of last.values()) {
    const hour = localText('hourOf', row.gmt_modified as number, ZONE);
    hours.set(hour, [...(hours.get(hour) ?? []), row]);
  }
  const different = (rows: readonly Row[], column: string) =>
    new Set(rows.map((row) => row[column]).filter((value) => value !== null)).size;
  const hs_order = [...hours].map(([biz_date, rows]) => ({
    biz_date,
    total_premium: exactSum(rows.map((row) => (row.account_payble as number | null) ?? 0)),
    policy_cnt: different(rows, 'order_no'),
    policy_holder_cnt: different(rows, 'customer_tel'),
  }));
  return { tables: { hs_order }, quarantined };
}
