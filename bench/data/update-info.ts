import type { RawInfo, UpdateInfo } from './event-types.ts';
import { chineseName } from './names.ts';
import { type Random, random as randomOf } from './random.ts';
import { keyOf, type MakeEvent, type Shape, timeOf } from './shape.ts';

const EVENTS = ['报价', '提交', '支付', 'save', 'modify'];
const CHANNELS = ['微信公众号', '小程序', '企业微信'];
const COVERS = ['交强险', '车损险', '第三者责任险100万', '第三者责任险200万', '驾乘意外险', '不计免赔'];

const cover = (random: Random): string => `${random.pick(COVERS)};${random.pick(COVERS)}`;
const premium = (id: number, percent: number): string =>
  (((100_000 + (id % 5000) * 40) * percent) / 10_000).toFixed(2);

/** New premiums of users, between 70 and 130 % of a level of the user's own; some are no number, some ids NULL. */
export function updateInfos(shape: Shape): MakeEvent<UpdateInfo> {
  return (i, random) => {
    const id = keyOf(shape, i, random);
    const odd = random.integer(100);
    return {
      id: random.chance(0.01) ? null : id,
      channel: random.pick(CHANNELS),
      open_id: `o6_bmjrPTlm6_2sgVt7${String(id).padStart(8, '0')}`,
      event: random.pick(EVENTS),
      now_premium: odd === 0 ? null : odd === 1 ? '面议' : premium(id, 70 + random.integer(61)),
      creator: chineseName(random),
      modifier: chineseName(random),
      gmt_modified: timeOf(shape, i, random),
      now_info: cover(random),
    };
  };
}

/** The premiums on file at the start: of four users in five. */
export function rawInfos(keys: number): RawInfo[] {
  const random = randomOf(3);
  const rows: RawInfo[] = [];
  for (let id = 1; id <= keys; id++)
    if (id % 5 !== 0) rows.push({ id, raw_premium: premium(id, 100), raw_info: cover(random) });
  return rows;
}
