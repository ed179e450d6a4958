import type { UserLog } from '../data/event-types.ts';
import type { HandJob } from './hand-job.ts';

/** `page-count`: how many accounts are now on each page. */
export function pageCount(): HandJob<UserLog> {
  const last = new Map<string, string>();
  const counts = new Map<string, number>();
  return {
    changed: 'all',
    add({ account_id, page_name }) {
      if (account_id === null || page_name === null) return undefined;
      const before = last.get(account_id);
      if (before !== undefined) {
        const left = (counts.get(before) as number) - 1;
        if (left === 0) counts.delete(before);
        else counts.set(before, left);
      }
      last.set(account_id, page_name);
      counts.set(page_name, (counts.get(page_name) ?? 0) + 1);
      return undefined;
    },
    tables: () => ({ page_count: [...counts].map(([page_name, accounts]) => ({ page_name, accounts })) }),
  };
}
