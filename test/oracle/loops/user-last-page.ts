import type { Arrived, Row } from '../types.ts';
import type { LoopAnswer } from './loop-answer.ts';

/** The last line of each account, whatever its device and its time. */
export function userLastPage(arrived: readonly Arrived[]): LoopAnswer {
  const quarantined: number[] = [];
  const last = new Map<unknown, Row>();
  arrived.forEach(({ row }, i) => {
    if (row === null) {
      quarantined.push(i);
      return;
    }
    const { account_id = null, device_id = null, bury_point_type = null, page_name = null } = row;
    if (account_id === null) return;
    if (Array.from(account_id as string).length > 255) quarantined.push(i);
    else last.set(account_id, { account_id, device_id, bury_point_type, page_name });
  });
  return { tables: { user_last_log: [...last.values()] }, quarantined };
}
