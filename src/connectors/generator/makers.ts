// What stands in a column of a generated event: by its name where the name says something, else by its type.
import type { ColumnSchema } from '../../plan/schema.ts';
import { decimalFromNumber } from '../../values/decimal.ts';
import { decimalOf, familyOf, type Value } from '../../values/sql-type.ts';
import type { World } from './world.ts';

/** One event: whose, when, and its number, from 0. */
export interface Moment {
  readonly user: number;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly index: number;
}

/** Makes the value of one column. */
export type Maker = (world: World, moment: Moment) => Value;

const PAGES = ['首页', '产品详情', '保费试算', '投保', '核保', '支付', '我的保单', '理赔', '续保', '客服'];
const PRODUCTS = ['百万医疗险', '重大疾病险', '定期寿险', '意外险', '车险', '家财险', '少儿医疗险', '防癌险'];
const AGENTS = ['system', '运营一组', '运营二组', 'wx_robot', '客户经理'];

const product: Maker = ({ random }) => `${random.one(PRODUCTS)} ${10 * (1 + random.below(10))}万`;

/** Texts by the name of their column: the first that fits. */
const TEXTS: readonly (readonly [RegExp, Maker])[] = [
  [/^order_no$|^open_id$/, (world, { user }) => world.orderNumber(user)],
  [/tel$|phone|mobile/, (world, { user }) => world.person(user).tel],
  [/certificate/, (world, { user }) => world.person(user).certificate],
  [/page/, ({ random }) => random.one(PAGES)],
  [/point_type/, ({ random }) => random.one(['page_view', 'click', 'exposure', 'submit'])],
  [/channel/, ({ random }) => random.one(['wechat', 'mini_program', 'app', 'h5'])],
  [/event/, ({ random }) => random.one(['order_created', 'order_saved', 'order_unsaved'])],
  [/^now_premium$/, (world, { user }) => world.newPremium(user)],
  [/premium/, (world, { user }) => world.premium(user)],
  [/info$/, product],
  [/^creator$|^modifier$/, ({ random }) => random.one(AGENTS)],
  [/name$/, (world, { user }) => world.person(user).name],
  // NULL before login.
  [/account/, (world, { user }) => (world.random.chance(0.2) ? null : world.person(user).account)],
  [/device/, (world, { user }) => `D${100_001 + user}-${world.random.below(2)}`],
  [/(^|_)id$/, (world, { user }) => String(world.person(user).id)],
];

/** Whether a column holds the event's time as a number. */
export const isTime = ({ name, type }: ColumnSchema): boolean =>
  (type === 'BIGINT' || type === 'BIGINT(bigint)') && /^gmt|time|_at$/.test(name);

/** The maker of a column. */
export function makerOf(column: ColumnSchema): Maker {
  const { name, type } = column;
  switch (familyOf(type)) {
    case 'text':
      return (
        TEXTS.find(([pattern]) => pattern.test(name))?.[1] ?? ((_, { index }) => `${name}-${index % 1000}`)
      );
    case 'boolean':
      return ({ random }) => random.chance(0.5);
    case 'timestamp':
      return (world, moment) => earlier(name, world, moment);
    case 'date':
      return (_, { time }) => Math.floor(time / 86_400_000);
    default:
      return numberMaker(column);
  }
}

function numberMaker(column: ColumnSchema): Maker {
  const { name, type } = column;
  if (isTime(column)) return asType(type, (world, moment) => earlier(name, world, moment));
  if (/(^|_)id$/.test(name)) return asType(type, (world, { user }) => world.person(user).id);
  if (type !== 'DOUBLE' && !decimalOf(type)) return asType(type, ({ random }) => 1 + random.below(5));
  if (!/pay/.test(name)) return asType(type, (world, { index }) => world.price(index));
  // What is to pay is the price, or less.
  return asType(
    type,
    (world, { index }) => Math.round(world.price(index) * world.random.one([100, 100, 95, 80])) / 100,
  );
}

/** A number as the type holds it. */
function asType(type: ColumnSchema['type'], make: (world: World, moment: Moment) => number): Maker {
  const decimal = decimalOf(type);
  if (decimal)
    return (world, moment) => decimalFromNumber(make(world, moment), decimal.precision, decimal.scale) ?? 0n;
  return type === 'BIGINT(bigint)' ? (world, moment) => BigInt(make(world, moment)) : make;
}

/** The event's time; of columns that tell of something before it, some time earlier. */
function earlier(name: string, { random }: World, { time }: Moment): number {
  if (/create/.test(name)) return time - 60_000 - random.below(600_000);
  return /pay/.test(name) ? time - random.below(60_000) : time;
}
