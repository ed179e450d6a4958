import type { UserOrder } from './event-types.ts';
import { chineseName } from './names.ts';
import { DAY_START, keyOf, type MakeEvent, type Shape, timeOf } from './shape.ts';

/** Orders of one day, each user with up to eight that arrive again as they change; one in a hundred is of the day before. */
export function userOrders(shape: Shape): MakeEvent<UserOrder> {
  return (i, random) => {
    const id = keyOf(shape, i, random);
    const modified = random.chance(0.01)
      ? DAY_START - 1 - random.integer(3_600_000)
      : timeOf(shape, i, random);
    const cents = 5000 + random.integer(900_000);
    return {
      id,
      order_no: `ZY20250115${String(id * 8 + random.integer(8)).padStart(8, '0')}`,
      order_type: 1 + random.integer(5),
      pay_time: random.chance(0.3) ? null : modified - random.integer(60_000),
      order_price: cents / 100,
      customer_name: chineseName(random),
      customer_tel: random.chance(0.01) ? null : `138${String(Math.floor(id / 1.1)).padStart(8, '0')}`,
      certificate_no: `3101${String(19_600_000 + (id % 400_000))}${String(id % 10_000).padStart(4, '0')}1X`,
      gmt_created: modified - random.integer(600_000),
      gmt_modified: modified,
      account_payble: random.chance(0.02) ? null : Math.round(cents * 0.95) / 100,
    };
  };
}
