import type { Row } from '../../src/values/sql-type.ts';
import type { RawInfo, UpdateInfo } from '../data/event-types.ts';
import type { HandJob } from './hand-job.ts';

const numberIn = (text: string | null): number => (text === null ? Number.NaN : Number(text));

/** `premium-drop-alert`: compares each new premium with the one on file, then puts it on file. */
export function premiumDropAlert(onFile: readonly RawInfo[]): HandJob<UpdateInfo> {
  const premiums = new Map(onFile.map((row) => [row.id, row]));
  const alerts = new Map<number, Row>();
  return {
    changed: 'returned',
    add({ id, now_premium, now_info }) {
      const before = id === null ? undefined : premiums.get(id);
      if (id === null || before === undefined) return undefined;
      premiums.set(id, { id, raw_premium: now_premium, raw_info: now_info });
      if (!(numberIn(now_premium) < numberIn(before.raw_premium) * 0.85)) return undefined;
      const { raw_info, raw_premium } = before;
      const alert = { id, raw_info, now_info, raw_premium, now_premium };
      alerts.set(id, alert);
      return alert;
    },
    tables: () => ({ wechat_activity_user: alerts.values(), raw_info: premiums.values() }),
  };
}
