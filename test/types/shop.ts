// A catalog with a column of every type, for the tests of the types.
import {
  bigint, boolean, catalog, date, decimal, double, int, source, table, timestamp, varchar,
  type Row, type Source,
} from '../../src/dsl/index.ts';

const sale = source({
  id: bigint().notNull(),
  customer: bigint(),
  amount: decimal(10, 2),
  placed: timestamp({ from: 'millis' }),
  shipped: date(),
  open: boolean(),
  serial: bigint({ mode: 'bigint' }),
  qty: int(),
  score: double(),
  page: varchar(20),
});
const customer = table({ cid: bigint(), name: varchar(), since: timestamp() }, { primaryKey: 'cid' });
const total = table({ day: varchar(), amount: decimal(20, 2), n: bigint() }, { primaryKey: 'day' });
const price = table({ id: bigint(), amount: decimal(23, 3) }, { primaryKey: 'id' });
const pair = table({ a: bigint(), b: bigint(), n: int() }, { primaryKey: ['a', 'b'] });

export interface Sale extends Row<typeof sale> {}
const tables = { sale, customer, total, price, pair };
interface Shop extends Readonly<Omit<typeof tables, 'sale'>> {
  readonly sale: Source<Sale>;
}
export const { stream } = catalog<Shop>(tables, { timeZone: 'Europe/Vienna' });
