// Runs in which a reader that sees part of an epoch sees something that is never true.
import hourlyPremium from '../../jobs/hourly-premium.ts';
import premiumDropAlert from '../../jobs/premium-drop-alert.ts';
import { run } from '../../src/runtime/run.ts';
import type { TestDatabase } from '../databases.ts';
import { at, CLOCK } from './inputs.ts';
import { fillTables } from './sql-tables.ts';

/** What a reader saw: how often something that is never true, and how many different states. */
export interface Seen {
  readonly torn: number;
  readonly states: number;
}

/** Reads with one statement, again and again, until a run ends. A state is what the columns other than `torn` say. */
async function watch(database: TestDatabase, text: string, done: Promise<unknown>): Promise<Seen> {
  let running = true;
  const ended = done.finally(() => {
    running = false;
  });
  let torn = 0;
  const states = new Set<string>();
  while (running) {
    for (const row of await database.sql(text)) {
      const { torn: count, ...state } = row;
      torn += Number(count);
      states.add(JSON.stringify(state));
    }
  }
  await ended;
  return { torn, states: states.size };
}

/** Every row raises an alert: alert and premium on file are of the same row at every moment. */
export async function watchAlerts(database: TestDatabase, rows: number): Promise<Seen> {
  await fillTables(database, {
    wechat_activity_user: [],
    raw_info: [{ id: 1, raw_premium: '1e300', raw_info: 'start' }],
  });
  const sources = {
    update_info: Array.from({ length: rows }, (_, i) => ({
      id: 1,
      now_premium: String(1e300 * 0.8 ** (i + 1)),
      now_info: `${i}`,
    })),
  };
  const { done } = run(premiumDropAlert, { sources, database: database.url, epochRows: 1, epochMs: 0 });
  return watch(
    database,
    `SELECT now_premium, CASE WHEN now_premium = f.raw_premium THEN 0 ELSE 1 END AS torn
     FROM wechat_activity_user a JOIN adm_zy_acct_sub_wechat_list f ON a.id = f.id`,
    done,
  );
}

/** One user goes from hour to hour: at every moment he is in one hour, never in two or none. */
export async function watchHours(database: TestDatabase, rows: number): Promise<Seen> {
  await fillTables(database, { hs_order: [] });
  const sources = {
    user_order: Array.from({ length: rows }, (_, i) => ({
      id: 1,
      order_no: `${i}`,
      gmt_modified: at(i % 2 === 0 ? '08:00:00' : '09:00:00'),
      account_payble: i,
    })),
  };
  const clock = () => Date.parse(CLOCK);
  const { done } = run(hourlyPremium, { sources, database: database.url, clock, epochRows: 1, epochMs: 0 });
  return watch(
    database,
    `SELECT MAX(total_premium) AS premium, CASE WHEN COUNT(*) <= 1 THEN 0 ELSE 1 END AS torn
     FROM adm_pfm_zy_order_gmv_msx_hs HAVING COUNT(*) >= 0`,
    done,
  );
}
