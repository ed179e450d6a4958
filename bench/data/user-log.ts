import type { UserLog } from './event-types.ts';
import { keyOf, type MakeEvent, type Shape, timeOf } from './shape.ts';

const KINDS = ['page', 'click', 'expose'];
const PAGES = [
  '首页',
  '车险报价',
  '订单列表',
  '保单详情',
  '理赔进度',
  '我的',
  '优惠券',
  '活动/新春',
  '充值兑换',
];

/** Pages seen by accounts on up to three devices each; one line in ten comes before login. */
export function userLogs(shape: Shape): MakeEvent<UserLog> {
  return (i, random) => {
    const account = keyOf(shape, i, random);
    return {
      log_time: timeOf(shape, i, random),
      device_id: `dev-${String(account * 3 + random.integer(3)).padStart(10, '0')}`,
      account_id: random.chance(0.1) ? null : `acct${String(account).padStart(8, '0')}`,
      bury_point_type: random.pick(KINDS),
      page_name: random.pick(PAGES),
    };
  };
}
