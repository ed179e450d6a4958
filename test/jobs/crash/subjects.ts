// The jobs under test, each with a history in which a row that is lost, repeated or taken too early shows, and its tables after every epoch.
import hourlyPremiumJob from '../../../jobs/hourly-premium.ts';
import premiumDropAlertJob from '../../../jobs/premium-drop-alert.ts';
import userLastPageJob from '../../../jobs/user-last-page.ts';
import type { Job } from '../../../src/dsl/index.ts';
import { sourcesOf } from '../../../src/plan/derive/sources.ts';
import { decoded } from '../../oracle/decode.ts';
import { hourlyPremium } from '../../oracle/loops/hourly-premium.ts';
import type { LoopAnswer } from '../../oracle/loops/loop-answer.ts';
import { premiumDropAlert } from '../../oracle/loops/premium-drop-alert.ts';
import { userLastPage } from '../../oracle/loops/user-last-page.ts';
import { tableLines } from '../../oracle/table-lines.ts';
import type { Arrived, Row } from '../../oracle/types.ts';
import { at, CLOCK, type TableRows } from '../inputs.ts';
import { chance } from './chance.ts';
import { LONG } from './settings.ts';

/** Rows of a history, and of an epoch. */
export const ROWS = LONG ? 450 : 240;
export const EPOCH_ROWS = 3;
export const EPOCHS = ROWS / EPOCH_ROWS;

/** A job and its history. */
export interface Subject {
  readonly name: string;
  readonly source: string;
  /** Catalog names of the tables that it writes. */
  readonly tables: readonly string[];
  /** Rows of the looked-up tables before the first row. */
  readonly before: TableRows;
  /** The history as a file. */
  readonly lines: string;
  /** The lines of a table after an epoch, as `linesOf` gives them; 0: before the first. */
  after(epoch: number, table: string): string;
}

/** A table as one text: equal exactly where its rows are. */
export const linesOf = (table: string, rows: readonly Readonly<Record<string, unknown>>[]): string =>
  (tableLines({ [table]: rows })[table] as readonly string[]).join('\n');

type Made = Readonly<Record<string, unknown>>;

function subject(
  job: Job,
  tables: readonly string[],
  before: TableRows,
  answer: (arrived: readonly Arrived[]) => LoopAnswer,
  make: (i: number) => Made,
  rows = ROWS,
): Subject {
  const [schema] = sourcesOf(job.plan);
  if (schema === undefined) throw new Error(`${job.name} has no source`);
  const texts: string[] = [];
  const arrived: Arrived[] = [];
  for (let i = 0; i < rows; i++) {
    const object = i % 20 === 13 ? undefined : make(i);
    texts.push(object === undefined ? 'broken JSON\n' : `${JSON.stringify(object)}\n`);
    arrived.push({ row: object === undefined ? null : decoded(schema, object), clock: Date.parse(CLOCK) });
  }
  const known = new Map<number, Readonly<Record<string, string>>>();
  const answers = (epoch: number): Readonly<Record<string, string>> => {
    let found = known.get(epoch);
    if (found === undefined) {
      const after = answer(arrived.slice(0, epoch * EPOCH_ROWS)).tables;
      found = Object.fromEntries(tables.map((table) => [table, linesOf(table, after[table] ?? [])]));
      known.set(epoch, found);
    }
    return found;
  };
  return {
    name: job.name,
    source: schema.name,
    tables,
    before,
    lines: texts.join(''),
    after: (epoch, table) => answers(epoch)[table] as string,
  };
}

const of = <T>(values: readonly T[], i: number, step: number): T =>
  values[Math.floor(chance(step, i) * values.length)] as T;

/** Few users who wander between many hours: an hour comes and goes. */
export const HOURLY = subject(hourlyPremiumJob, ['hs_order'], {}, hourlyPremium, (i) => ({
  id: of([1, 2, 3, 4, 5, 6, 7, null], i, 1),
  order_no: of(['A', 'B', 'C', 'D', null], i, 2),
  customer_tel: of(['100', '101', '102', '', null], i, 3),
  gmt_modified:
    i % 30 === 7 ? at('23:00:00', '2025-01-14') : at('00:00:00') + Math.floor(chance(4, i) * 20) * 3_600_000,
  account_payble: of([0.1, 0.2, 0.3, -0.3, 1e15, 99.99, null], i, 5),
}));

const onFile = [1, 2, 3, 4, 5, 6].map((id) => ({ id, raw_premium: '1000000', raw_info: 'start' }));

/** Premiums that ratchet down: an alert missed, or raised twice, is never made good. Some ids are on no file. */
export function alertSubject(rows: number): Subject {
  const premiums = new Map<number, number>();
  return subject(
    premiumDropAlertJob,
    ['wechat_activity_user', 'raw_info'],
    { raw_info: onFile },
    (arrived) => premiumDropAlert(arrived, onFile as readonly Row[]),
    (i) => {
      const id = of([1, 2, 3, 4, 5, 6, 9], i, 6);
      const premium = (premiums.get(id) ?? 1e6) * of([0.84, 0.86, 0.95, 1.15], i, 7);
      premiums.set(id, premium);
      return { id, now_premium: i % 50 === 11 ? 'none' : premium.toFixed(4), now_info: `row ${i}` };
    },
    rows,
  );
}
export const ALERT = alertSubject(ROWS);

/** Accounts that change devices; some rows of none. */
export const PAGE = subject(userLastPageJob, ['user_last_log'], {}, userLastPage, (i) => ({
  log_time: i,
  account_id: of(['a', 'A', 'b', 'c', 'd', null], i, 8),
  device_id: of(['d1', 'd2', null], i, 9),
  bury_point_type: 'page',
  page_name: `row ${i}`,
}));

/** All of them. */
export const SUBJECTS: readonly Subject[] = [HOURLY, ALERT, PAGE];
