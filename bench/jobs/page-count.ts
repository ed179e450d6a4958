import { bigint, catalog, count, job, source, table, varchar } from '../../src/dsl/index.ts';

// As in jobs/catalog.ts, beside a table that only the bench has.
const user_log = source({
  log_time: bigint(),
  device_id: varchar(),
  account_id: varchar(),
  bury_point_type: varchar(),
  page_name: varchar(),
});
const page_count = table({ page_name: varchar(), accounts: bigint() }, { primaryKey: 'page_name' });

const { stream } = catalog({ user_log, page_count }, { timeZone: 'Asia/Shanghai' });

const lastPage = stream('user_log')
  .filter((l) => l.account_id.isNotNull())
  .filter((l) => l.page_name.isNotNull())
  .keyBy('account_id')
  .lastValue();

/** How many accounts are now on each page: each row takes its account from one page and gives it to another. */
export default job('page-count', lastPage.groupBy('page_name').agg({ accounts: count() }).into('page_count'));
