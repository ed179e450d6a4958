// Where the team's words and its SQL disagree: each other reading as a job, beside the job as it is, on the same rows.
import { describe, expect, test } from '@jest/globals';
import { stream } from '../../jobs/catalog.ts';
import hourlyPremium from '../../jobs/hourly-premium.ts';
import premiumDropAlert from '../../jobs/premium-drop-alert.ts';
import userLastPage from '../../jobs/user-last-page.ts';
import {
  countDistinct,
  dayOf,
  days,
  hourOf,
  type Job,
  job,
  startOfHour,
  startOfToday,
  sum,
} from '../../src/dsl/index.ts';
import { testJob } from '../../src/runtime/test-job.ts';
import { at, CLOCK, type TableRow } from './inputs.ts';
import { stream as otherStream } from './other-catalog.ts';

const EPOCHS = [1, 2, 1000];

/** A table's rows after the whole input, with these columns: the same at every epoch size. */
async function tableOf(
  of: Job,
  rows: readonly unknown[],
  table: string,
  columns: readonly string[],
  options: { readonly clock?: string | readonly string[]; readonly onFile?: string } = {},
): Promise<readonly (readonly unknown[])[]> {
  const { clock = CLOCK, onFile } = options;
  const tables =
    onFile === undefined ? {} : { raw_info: [{ id: 1, raw_premium: onFile, raw_info: 'start' }] };
  const answers = [];
  for (const epochRows of Array.isArray(clock) ? [1] : EPOCHS) {
    const result = await testJob(of, rows, { clock, epochRows, tables });
    answers.push((result.tables[table] ?? []).map((row) => columns.map((column) => row[column])).sort());
  }
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  return answers[0] ?? [];
}

describe('hourly-premium', () => {
  const order = (id: number, order_no: string, gmt_modified: number, account_payble: number) => ({
    id,
    order_no,
    customer_tel: `${id}`,
    gmt_modified,
    account_payble,
  });
  const HOURS = ['biz_date', 'total_premium', 'policy_cnt'];

  test('which orders count: those since the start of today, or of the current hour', async () => {
    const other = job(
      'since-the-hour',
      stream('user_order')
        .filter((o) => o.gmt_modified.gte(startOfHour()))
        .keyBy('id', dayOf('gmt_modified'))
        .lastValue({ ttl: days(2) })
        .groupBy({ biz_date: hourOf('gmt_modified') })
        .agg({
          total_premium: sum((o) => o.account_payble.orElse(0)),
          policy_cnt: countDistinct('order_no'),
          policy_holder_cnt: countDistinct('customer_tel'),
        })
        .into('hs_order'),
    );
    // The clock stands at 10:00.
    const rows = [order(1, 'A', at('09:59:59.999'), 5), order(2, 'B', at('10:00:00'), 7)];
    expect(await tableOf(hourlyPremium, rows, 'hs_order', HOURS)).toEqual([
      ['2025011509', 5, 1],
      ['2025011510', 7, 1],
    ]);
    expect(await tableOf(other, rows, 'hs_order', HOURS)).toEqual([['2025011510', 7, 1]]);
  });

  test('orders of one user: the last one, or all with their edits folded', async () => {
    const other = job(
      'every-order',
      stream('user_order')
        .filter((o) => o.gmt_modified.gte(startOfToday()))
        .keyBy('order_no')
        .lastValue({ ttl: days(2) })
        .groupBy({ biz_date: hourOf('gmt_modified') })
        .agg({
          total_premium: sum((o) => o.account_payble.orElse(0)),
          policy_cnt: countDistinct('order_no'),
          policy_holder_cnt: countDistinct('customer_tel'),
        })
        .into('hs_order'),
    );
    const rows = [
      order(1, 'A', at('08:10:00'), 5),
      order(1, 'B', at('08:20:00'), 7),
      order(1, 'A', at('08:30:00'), 6),
    ];
    expect(await tableOf(hourlyPremium, rows, 'hs_order', HOURS)).toEqual([['2025011508', 6, 1]]);
    expect(await tableOf(other, rows, 'hs_order', HOURS)).toEqual([['2025011508', 13, 2]]);
  });

  test('an order of another day: leaves the day before alone, or takes its hour back', async () => {
    const other = job(
      'one-order-per-user',
      stream('user_order')
        .filter((o) => o.gmt_modified.gte(startOfToday()))
        .keyBy('id')
        .lastValue({ ttl: days(2) })
        .groupBy({ biz_date: hourOf('gmt_modified') })
        .agg({
          total_premium: sum((o) => o.account_payble.orElse(0)),
          policy_cnt: countDistinct('order_no'),
          policy_holder_cnt: countDistinct('customer_tel'),
        })
        .into('hs_order'),
    );
    const rows = [order(1, 'A', at('23:10:00'), 5), order(1, 'B', at('00:20:00', '2025-01-16'), 7)];
    const clock = ['2025-01-15T23:30:00+08:00', '2025-01-16T00:30:00+08:00'];
    expect(await tableOf(hourlyPremium, rows, 'hs_order', HOURS, { clock })).toEqual([
      ['2025011523', 5, 1],
      ['2025011600', 7, 1],
    ]);
    expect(await tableOf(other, rows, 'hs_order', HOURS, { clock })).toEqual([['2025011600', 7, 1]]);
  });
});

describe('premium-drop-alert', () => {
  const info = (now_premium: string, more: TableRow = {}) => ({
    id: 1,
    now_premium,
    now_info: now_premium,
    ...more,
  });
  const ALERTS = ['id', 'raw_premium', 'now_premium'];
  const FILE = ['id', 'raw_premium'];

  test('unsaved orders: not filtered, or filtered', async () => {
    const watched = stream('update_info')
      .filter((u) => u.id.isNotNull().and(u.event.eq('saved')))
      .lookup('raw_info', { id: 'id' });
    const dropped = watched
      .filter((w) => w.now_premium.toDouble().lt(w.raw_premium.toDouble().times(0.85)))
      .pick('id', 'raw_info', 'now_info', 'raw_premium', 'now_premium');
    const other = job(
      'saved-orders',
      dropped.keyBy('id').lastValue().into('wechat_activity_user'),
      watched
        .keyBy('id')
        .lastValue()
        .into('raw_info', { id: 'id', raw_premium: 'now_premium', raw_info: 'now_info' }),
    );
    const rows = [
      info('80', { event: 'draft' }),
      info('90', { event: 'saved' }),
      info('50', { event: null }),
    ];
    const options = { onFile: '100' };
    expect(await tableOf(premiumDropAlert, rows, 'wechat_activity_user', ALERTS, options)).toEqual([
      [1, '90', '50'],
    ]);
    expect(await tableOf(other, rows, 'wechat_activity_user', ALERTS, options)).toEqual([]);
    expect(await tableOf(other, rows, 'raw_info', FILE, options)).toEqual([[1, '90']]);
  });

  test('the premium on file: every new one, or those that raised an alert', async () => {
    const watched = stream('update_info')
      .filter((u) => u.id.isNotNull())
      .lookup('raw_info', { id: 'id' });
    const dropped = watched
      .filter((w) => w.now_premium.toDouble().lt(w.raw_premium.toDouble().times(0.85)))
      .pick('id', 'raw_info', 'now_info', 'raw_premium', 'now_premium');
    const other = job(
      'file-alerts',
      dropped.keyBy('id').lastValue().into('wechat_activity_user'),
      dropped
        .keyBy('id')
        .lastValue()
        .into('raw_info', { id: 'id', raw_premium: 'now_premium', raw_info: 'now_info' }),
    );
    // Ten drops of 10 %.
    const rows = Array.from({ length: 10 }, (_, i) => info((1000 * 0.9 ** (i + 1)).toFixed(2)));
    const options = { onFile: '1000' };
    expect(await tableOf(premiumDropAlert, rows, 'wechat_activity_user', ALERTS, options)).toEqual([]);
    expect(await tableOf(premiumDropAlert, rows, 'raw_info', FILE, options)).toEqual([[1, '348.68']]);
    // Every second one is 19 % below the last alert.
    expect(await tableOf(other, rows, 'wechat_activity_user', ALERTS, options)).toEqual([
      [1, '430.47', '348.68'],
    ]);
    expect(await tableOf(other, rows, 'raw_info', FILE, options)).toEqual([[1, '348.68']]);
  });

  test('a drop of 15 %: more than that in doubles, or as much in exact decimals', async () => {
    const watched = stream('update_info')
      .filter((u) => u.id.isNotNull())
      .lookup('raw_info', { id: 'id' });
    const dropped = watched
      .filter((w) =>
        w.now_premium.tryCast('DECIMAL(18,4)').lte(w.raw_premium.tryCast('DECIMAL(18,4)').times('0.85')),
      )
      .pick('id', 'raw_info', 'now_info', 'raw_premium', 'now_premium');
    const other = job(
      'at-least-15-percent',
      dropped.keyBy('id').lastValue().into('wechat_activity_user'),
      watched
        .keyBy('id')
        .lastValue()
        .into('raw_info', { id: 'id', raw_premium: 'now_premium', raw_info: 'now_info' }),
    );
    const exactly = [info('85')];
    expect(
      await tableOf(premiumDropAlert, exactly, 'wechat_activity_user', ALERTS, { onFile: '100' }),
    ).toEqual([]);
    expect(await tableOf(other, exactly, 'wechat_activity_user', ALERTS, { onFile: '100' })).toEqual([
      [1, '100', '85'],
    ]);
    const less = [info('85.0001')];
    expect(await tableOf(other, less, 'wechat_activity_user', ALERTS, { onFile: '100' })).toEqual([]);
  });

  test('alerts: the last one of a customer, or one for each order', async () => {
    const watched = otherStream('update_info')
      .filter((u) => u.id.isNotNull())
      .lookup('raw_info', { id: 'id' });
    const other = job(
      'alert-per-order',
      watched
        .filter((w) => w.now_premium.toDouble().lt(w.raw_premium.toDouble().times(0.85)))
        .filter((d) => d.open_id.isNotNull())
        .pick('id', 'open_id', 'raw_info', 'now_info', 'raw_premium', 'now_premium')
        .keyBy('id', 'open_id')
        .lastValue()
        .into('wechat_activity_user'),
      watched
        .keyBy('id')
        .lastValue()
        .into('raw_info', { id: 'id', raw_premium: 'now_premium', raw_info: 'now_info' }),
    );
    const rows = [info('80', { open_id: 'A' }), info('60', { open_id: 'B' }), info('40', { open_id: 'A' })];
    const options = { onFile: '100' };
    expect(await tableOf(premiumDropAlert, rows, 'wechat_activity_user', ALERTS, options)).toEqual([
      [1, '60', '40'],
    ]);
    expect(await tableOf(other, rows, 'wechat_activity_user', ['open_id', ...ALERTS], options)).toEqual([
      ['A', 1, '60', '40'],
      ['B', 1, '80', '60'],
    ]);
  });
});

describe('user-last-page', () => {
  test('last page: of each account, or of each of its devices', async () => {
    const other = job(
      'page-per-device',
      otherStream('user_log')
        .filter((l) => l.account_id.isNotNull().and(l.device_id.isNotNull()))
        .keyBy('account_id', 'device_id')
        .lastValue()
        .pick('account_id', 'device_id', 'bury_point_type', 'page_name')
        .into('user_last_log'),
    );
    const line = (device_id: string | null, page_name: string) => ({ account_id: 'a', device_id, page_name });
    const rows = [line('d1', 'home'), line('d2', 'list'), line('d1', 'buy'), line(null, 'nowhere')];
    const PAGES = ['account_id', 'device_id', 'page_name'];
    expect(await tableOf(userLastPage, rows, 'user_last_log', PAGES)).toEqual([['a', null, 'nowhere']]);
    expect(await tableOf(other, rows, 'user_last_log', PAGES)).toEqual([
      ['a', 'd1', 'buy'],
      ['a', 'd2', 'list'],
    ]);
  });
});
