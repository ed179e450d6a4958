import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import hourly from '../../jobs/hourly-premium.ts';
import alert from '../../jobs/premium-drop-alert.ts';
import lastPage from '../../jobs/user-last-page.ts';
import { sourcesOf } from '../../src/plan/derive/sources.ts';
import { testJob } from '../../src/runtime/test-job.ts';
import { events, nullable, TEXTS } from './arbitrary/events.ts';
import { decoded } from './decode.ts';
import { expectAnswers } from './expect-answers.ts';
import { expectTables } from './expect-tables.ts';
import { EPOCH_SIZES, type Event } from './history.ts';
import { hourlyPremium } from './loops/hourly-premium.ts';
import { premiumDropAlert } from './loops/premium-drop-alert.ts';
import { userLastPage } from './loops/user-last-page.ts';
import { holds } from './property.ts';

const HOUR = 3_600_000;
const EVENING = Date.parse('2025-01-15T21:00:00+08:00');
const MIDNIGHT = Date.parse('2025-01-16T00:00:00+08:00');

describe('after every epoch, at every epoch size, a job has the tables of the plain loop', () => {
  test('hourly-premium: days around midnight, edits, NULLs, numbers that do not add up', async () => {
    const time = fc.oneof(
      {
        weight: 10,
        arbitrary: fc.integer({ min: -26, max: 26 }).map((half) => MIDNIGHT + (half * HOUR) / 2),
      },
      { weight: 2, arbitrary: fc.constantFrom(MIDNIGHT - 1, MIDNIGHT, MIDNIGHT + 1, 0, -1) },
      // The year 10000 in the zone, and beyond all calendars: no hour.
      { weight: 1, arbitrary: fc.constantFrom(253_402_300_800_000, Number.MAX_SAFE_INTEGER) },
      { weight: 1, arbitrary: fc.constant(null) },
    );
    const order = fc.record({
      id: nullable(1, 2, 3, 0, -0),
      order_no: nullable(...TEXTS),
      customer_tel: nullable('1', '2', ''),
      gmt_modified: time,
      account_payble: nullable(0.1, 0.2, 0.3, -0.3, -0, 0, 1e300, -1e300, 5e-324, 2 ** 53, 99.99),
    });
    await holds(60, events(order), (history) =>
      expectAnswers({ plan: hourly.plan, start: EVENING, events: history }, hourlyPremium),
    );
  });

  test('hourly-premium over weeks: what comes to rest is let go, and nothing changes by it', async () => {
    const order = fc.record({
      // Seven rows take less than a day: no user and day returns after the job's two.
      hours: fc.integer({ min: 0, max: 2 }),
      id: fc.integer({ min: 1, max: 3 }),
      early: fc.integer({ min: -3, max: 20 }),
      account_payble: fc.integer({ min: -5, max: 5 }),
    });
    await holds(8, fc.array(order, { minLength: 100, maxLength: 160, size: 'max' }), (orders) => {
      let now = EVENING;
      const history = orders.map(({ hours, id, early, account_payble }): Event => {
        now += hours * HOUR;
        const object = { id, order_no: `${id}`, gmt_modified: now - early * HOUR, account_payble };
        return { object, after: hours * HOUR };
      });
      return expectAnswers({ plan: hourly.plan, start: EVENING, events: history }, hourlyPremium);
    });
  });

  const onFile = [
    { id: 1, raw_premium: '1000', raw_info: 'house' },
    { id: 2, raw_premium: ' 1e3 ', raw_info: null },
    { id: 3, raw_premium: 'unknown', raw_info: '' },
    { id: 4, raw_premium: null, raw_info: 'car' },
  ];

  test('premium-drop-alert: texts that are numbers and texts that are none', async () => {
    const info = fc.record({
      id: nullable(1, 2, 3, 4, 5),
      now_premium: nullable(
        '1000',
        '850',
        '849.99',
        ' 9e2',
        '+0700.',
        '-1',
        '0',
        '0x10',
        'NaN',
        '',
        '1e999',
        '12元',
        '.5',
      ),
      now_info: nullable(...TEXTS),
    });
    await holds(60, events(info), (history) =>
      expectAnswers(
        { plan: alert.plan, start: EVENING, events: history, tables: { raw_info: onFile } },
        (rows) => premiumDropAlert(rows, onFile),
      ),
    );
  });

  test('premium-drop-alert: premiums that ratchet down, so that a row lost, repeated or unseen is never made good', async () => {
    const step = fc.record({
      id: fc.constantFrom(1, 2),
      // 0.84 raises an alert, 0.86 does not; two unseen steps of 0.86 would.
      factor: fc.constantFrom(0.84, 0.86, 0.95, 1.02),
    });
    await holds(25, fc.array(step, { minLength: 40, maxLength: 90, size: 'max' }), (steps) => {
      const premium = new Map([
        [1, 1e6],
        [2, 1e6],
      ]);
      const history = steps.map(({ id, factor }, i): Event => {
        const now = (premium.get(id) ?? 0) * factor;
        premium.set(id, now);
        return { object: { id, now_premium: now.toFixed(4), now_info: `row ${i}` }, after: 0 };
      });
      const start = [1, 2].map((id) => ({ id, raw_premium: '1000000', raw_info: 'start' }));
      return expectAnswers(
        { plan: alert.plan, start: EVENING, events: history, tables: { raw_info: start } },
        (rows) => premiumDropAlert(rows, start),
      );
    });
  });

  test('user-last-page: devices that take turns, times that say nothing, keys that are too long', async () => {
    const log = fc.record({
      log_time: nullable(1, 2, 3),
      device_id: nullable('d1', 'd2', ''),
      account_id: nullable('a', 'A', 'a ', '', 'é'.repeat(255), '\u{1f600}'.repeat(255), 'x'.repeat(256)),
      bury_point_type: nullable('p', 'q'),
      page_name: nullable(...TEXTS),
    });
    await holds(60, events(log), (history) =>
      expectAnswers({ plan: lastPage.plan, start: EVENING, events: history }, userLastPage),
    );
  });
});

test('a job over two sources: an epoch is one cut through both, and each row is counted once', async () => {
  const plan = { ...hourly.plan, name: 'both', outputs: [...hourly.plan.outputs, ...lastPage.plan.outputs] };
  const order = fc.record({
    id: nullable(1, 2),
    gmt_modified: fc.constantFrom<unknown>(EVENING, EVENING - HOUR, 0, 'x'),
  });
  const log = fc.record({ account_id: nullable<unknown>('a', 'b', 7), page_name: nullable('p', 'q') });
  const rows = fc.record({
    user_order: fc.array(order, { maxLength: 20 }),
    user_log: fc.array(log, { maxLength: 20 }),
  });
  await holds(40, rows, async (given) => {
    const arrived = Object.fromEntries(
      sourcesOf(plan).map((schema) => [
        schema.name,
        given[schema.name as keyof typeof given].map((object) => ({
          row: decoded(schema, object),
          clock: EVENING,
        })),
      ]),
    );
    const orders = hourlyPremium(arrived.user_order ?? []);
    const pages = userLastPage(arrived.user_log ?? []);
    const all = given.user_order.length + given.user_log.length;
    for (const epochRows of EPOCH_SIZES) {
      const { tables, summary, epochs } = await testJob({ plan }, given, { clock: EVENING, epochRows });
      expectTables(tables, { ...orders.tables, ...pages.tables }, `${epochRows} an epoch`);
      expect(epochs).toHaveLength(Math.ceil(all / epochRows));
      const counts = summary.sources;
      expect(counts.user_order).toMatchObject({
        read: given.user_order.length,
        quarantined: orders.quarantined.length,
      });
      expect(counts.user_log).toMatchObject({
        read: given.user_log.length,
        quarantined: pages.quarantined.length,
      });
    }
  });
});
