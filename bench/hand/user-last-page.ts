import type { Row } from '../../src/values/sql-type.ts';
import type { UserLog } from '../data/event-types.ts';
import type { HandJob } from './hand-job.ts';

/** `user-last-page`: the last page of each account. */
export function userLastPage(): HandJob<UserLog> {
  const last = new Map<string, Row>();
  return {
    changed: 'returned',
    add({ account_id, device_id, bury_point_type, page_name }) {
      if (account_id === null) return undefined;
      const row = { account_id, device_id, bury_point_type, page_name };
      last.set(account_id, row);
      return row;
    },
    tables: () => ({ user_last_log: last.values() }),
  };
}
