import type { Dimension, JobName } from '../data/data-set.ts';
import type { RawInfo } from '../data/event-types.ts';
import { DAY_START } from '../data/shape.ts';
import type { HandJob } from './hand-job.ts';
import { hourlyPremium } from './hourly-premium.ts';
import { pageCount } from './page-count.ts';
import { premiumDropAlert } from './premium-drop-alert.ts';
import { userLastPage } from './user-last-page.ts';

const MAKERS = {
  'hourly-premium': () => hourlyPremium(DAY_START),
  'premium-drop-alert': ({ raw_info = [] }: Dimension) => premiumDropAlert(raw_info as readonly RawInfo[]),
  'user-last-page': () => userLastPage(),
  'page-count': () => pageCount(),
} satisfies Readonly<Record<JobName, (dimension: Dimension) => unknown>>;

/** A job written by hand, over what its tables hold at the start. Imports nothing of the engine. */
export const handJob = (name: JobName, dimension: Dimension): HandJob<unknown> =>
  MAKERS[name](dimension) as HandJob<unknown>;
