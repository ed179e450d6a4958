import { doubleIn } from '../numbers.ts';
import type { Arrived, Row } from '../types.ts';
import type { LoopAnswer } from './loop-answer.ts';

/** Row by row: an alert where the new premium is below 0.85 of the one on file, and the new one goes on file. */
export function premiumDropAlert(arrived: readonly Arrived[], onFile: readonly Row[]): LoopAnswer {
  const quarantined: number[] = [];
  const raw_info = new Map(onFile.map((row) => [row.id, row]));
  const alerts = new Map<unknown, Row>();
  arrived.forEach(({ row }, i) => {
    if (row === null) {
      quarantined.push(i);
      return;
    }
    const { id = null, now_premium = null, now_info = null } = row;
    const raw = raw_info.get(id);
    if (id === null || raw === undefined) return;
    const before = raw.raw_premium === null ? undefined : doubleIn(raw.raw_premium as string);
    const now = now_premium === null ? undefined : doubleIn(now_premium as string);
    if (before !== undefined && now !== undefined && now < before * 0.85)
      alerts.set(id, {
        id,
        raw_info: raw.raw_info as string,
        now_info,
        raw_premium: raw.raw_premium as string,
        now_premium,
      });
    raw_info.set(id, { id, raw_premium: now_premium, raw_info: now_info });
  });
  return {
    tables: { wechat_activity_user: [...alerts.values()], raw_info: [...raw_info.values()] },
    quarantined,
  };
}
