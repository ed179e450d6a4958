import type { Row } from '../../src/values/sql-type.ts';
import type { MakeEvent, Shape } from './shape.ts';
import { rawInfos, updateInfos } from './update-info.ts';
import { userLogs } from './user-log.ts';
import { userOrders } from './user-order.ts';

/** Rows of tables by catalog name. */
export type Dimension = Readonly<Record<string, readonly Row[]>>;

/** The data of a job. */
export interface DataSet {
  /** The source that its events come from. */
  readonly source: string;
  events(shape: Shape): MakeEvent<unknown>;
  /** What its tables hold at the start. */
  dimension(shape: Shape): Dimension;
}

const none = (): Dimension => ({});

/** The jobs of the bench. */
export type JobName = 'hourly-premium' | 'premium-drop-alert' | 'user-last-page' | 'page-count';

/** The data of each job of the bench. */
export const DATA_SETS: Readonly<Record<JobName, DataSet>> = {
  'hourly-premium': { source: 'user_order', events: userOrders, dimension: none },
  'premium-drop-alert': {
    source: 'update_info',
    events: updateInfos,
    dimension: ({ keys }) => ({ raw_info: rawInfos(keys) }),
  },
  'user-last-page': { source: 'user_log', events: userLogs, dimension: none },
  'page-count': { source: 'user_log', events: userLogs, dimension: none },
};

export const JOB_NAMES = Object.keys(DATA_SETS) as readonly JobName[];
