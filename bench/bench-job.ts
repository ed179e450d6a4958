// The jobs that are measured: the plan, its data, and the same job written by hand.
import hourlyPremiumJob from '../jobs/hourly-premium.ts';
import premiumDropAlertJob from '../jobs/premium-drop-alert.ts';
import userLastPageJob from '../jobs/user-last-page.ts';
import type { JobPlan } from '../src/plan/node.ts';
import type { Row } from '../src/values/sql-type.ts';
import { DAY_START, type MakeEvent, type Shape } from './data/shape.ts';
import { rawInfos, updateInfos } from './data/update-info.ts';
import { userLogs } from './data/user-log.ts';
import { userOrders } from './data/user-order.ts';
import type { HandJob } from './hand/hand-job.ts';
import { hourlyPremium } from './hand/hourly-premium.ts';
import { premiumDropAlert } from './hand/premium-drop-alert.ts';
import { userLastPage } from './hand/user-last-page.ts';

/** A job of the bench. */
export interface BenchJob<E = unknown> {
  readonly name: string;
  readonly plan: JobPlan;
  /** The source that its events come from. */
  readonly source: string;
  events(shape: Shape): MakeEvent<E>;
  /** What its tables hold at the start, by catalog name. */
  dimension(shape: Shape): Readonly<Record<string, readonly Row[]>>;
  /** The job written by hand, over the same beginning. */
  hand(dimension: Readonly<Record<string, readonly Row[]>>): HandJob<E>;
  /** The table that the part with a SQLite sink writes; all others stay in memory. */
  readonly sinkTable: string;
}

const define = <E>(job: BenchJob<E>): BenchJob => job as unknown as BenchJob;

/** All jobs of the bench. */
export const BENCH_JOBS: readonly BenchJob[] = [
  define({
    name: 'hourly-premium',
    plan: hourlyPremiumJob.plan,
    source: 'user_order',
    events: userOrders,
    dimension: () => ({}),
    hand: () => hourlyPremium(DAY_START),
    sinkTable: 'hs_order',
  }),
  define({
    name: 'premium-drop-alert',
    plan: premiumDropAlertJob.plan,
    source: 'update_info',
    events: updateInfos,
    dimension: ({ keys }) => ({ raw_info: rawInfos(keys).map((row) => ({ ...row })) }),
    hand: ({ raw_info = [] }) => premiumDropAlert(raw_info as unknown as ReturnType<typeof rawInfos>),
    sinkTable: 'wechat_activity_user',
  }),
  define({
    name: 'user-last-page',
    plan: userLastPageJob.plan,
    source: 'user_log',
    events: userLogs,
    dimension: () => ({}),
    hand: () => userLastPage(),
    sinkTable: 'user_last_log',
  }),
];

/** The job of this name. */
export function benchJob(name: string): BenchJob {
  const job = BENCH_JOBS.find((one) => one.name === name);
  if (job === undefined)
    throw new Error(`no job '${name}' in the bench, but ${BENCH_JOBS.map((one) => one.name).join(', ')}`);
  return job;
}
