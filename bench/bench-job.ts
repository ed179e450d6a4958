import hourlyPremium from '../jobs/hourly-premium.ts';
import premiumDropAlert from '../jobs/premium-drop-alert.ts';
import userLastPage from '../jobs/user-last-page.ts';
import type { JobPlan } from '../src/plan/node.ts';
import type { TableSchema } from '../src/plan/schema.ts';
import type { JobName } from './data/data-set.ts';
import pageCount from './jobs/page-count.ts';

const PLANS: Readonly<Record<JobName, { readonly plan: JobPlan; readonly sink: string }>> = {
  'hourly-premium': { plan: hourlyPremium.plan, sink: 'hs_order' },
  'premium-drop-alert': { plan: premiumDropAlert.plan, sink: 'wechat_activity_user' },
  'user-last-page': { plan: userLastPage.plan, sink: 'user_last_log' },
  'page-count': { plan: pageCount.plan, sink: 'page_count' },
};

/** The plan of a job. */
export const planOf = (job: JobName): JobPlan => PLANS[job].plan;

/** The table that the part with a SQLite sink writes there; all others stay in memory. */
export const sinkTableOf = (job: JobName): TableSchema =>
  planOf(job)
    .outputs.map(({ table }) => table)
    .find(({ name }) => name === PLANS[job].sink) as TableSchema;
