import { job } from '../src/dsl/index.ts';
import { stream } from './catalog.ts';

const lastPage = stream('user_log')
  .filter((l) => l.account_id.isNotNull())
  .keyBy('account_id', 'device_id')
  .lastValue()
  // The table holds one row per account: the device seen last wins.
  .keyBy('account_id')
  .lastValue();

/** The page that each account saw last, on whichever device. */
export default job(
  'user-last-page',
  lastPage.pick('account_id', 'device_id', 'bury_point_type', 'page_name').into('user_last_log'),
);
