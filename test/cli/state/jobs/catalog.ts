/** What sells where: the catalog of `rich`. */
import { bigint, catalog, date, decimal, double, source, table, varchar } from '../../../../src/dsl/index.ts';

const sale = source({
  id: bigint().notNull(),
  shop: varchar().notNull(),
  buyer: varchar(),
  day: date().notNull(),
  price: decimal(8, 2).notNull(),
  amount: double(),
  note: varchar(),
});
const shop_info = table({ shop: varchar(), city: varchar() }, { primaryKey: 'shop' });
const shop_total = table(
  { shop: varchar(), total: decimal(38, 2), top: double(), buyers: bigint(), n: bigint() },
  { primaryKey: 'shop' },
);
const shop_best = table({ shop: varchar(), id: bigint(), amount: double() }, { primaryKey: 'shop' });
const shop_seen = table({ shop: varchar(), buyer: varchar(), note: varchar() }, { primaryKey: 'shop' });
const sale_city = table({ id: bigint(), shop: varchar(), city: varchar() }, { primaryKey: 'id' });
const buyer_shop = table({ shop: varchar(), n: bigint() }, { primaryKey: 'shop' });
const day_price = table(
  { day: date(), price: decimal(8, 2), id: bigint() },
  { primaryKey: ['day', 'price'] },
);
export const { stream } = catalog(
  { sale, shop_info, shop_total, shop_best, shop_seen, sale_city, buyer_shop, day_price },
  { timeZone: 'UTC' },
);
