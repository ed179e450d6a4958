// A test of a job: rows in, the table after every epoch out. No files, no database, and a clock that stands still.
// Run it: npx tsx examples/test-a-job.ts
// Any test runner will do; this is Node's own. In a project of your own, import from 'millrace'.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import hourlyPremium from '../jobs/hourly-premium.ts';
import { testJob } from '../src/index.ts';

const clock = '2025-01-15T12:00:00+08:00';
const at = (time: string): number => Date.parse(`2025-01-15T${time}+08:00`);

test('a later order of the same day takes the user out of the earlier hour', async () => {
  const { epochs } = await testJob(
    hourlyPremium,
    [
      { id: 1, order_no: 'A-1', customer_tel: '138', account_payble: 120.5, gmt_modified: at('09:10') },
      { id: 1, order_no: 'A-2', customer_tel: '138', account_payble: 99.9, gmt_modified: at('10:05') },
    ],
    { clock, epochRows: 1 },
  );
  assert.deepEqual(
    epochs.map(({ hs_order }) => hs_order),
    [
      [{ biz_date: '2025011509', total_premium: 120.5, policy_cnt: 1, policy_holder_cnt: 1 }],
      [{ biz_date: '2025011510', total_premium: 99.9, policy_cnt: 1, policy_holder_cnt: 1 }],
    ],
  );
});

test('an order of yesterday does not count, and a row that is none is quarantined', async () => {
  const { tables, quarantined, summary } = await testJob(
    hourlyPremium,
    [
      { id: 1, order_no: 'A-1', gmt_modified: at('09:10') - 24 * 3_600_000 },
      { id: '1', order_no: 'A-2', gmt_modified: at('09:10') },
    ],
    { clock },
  );
  assert.deepEqual(tables.hs_order, []);
  assert.deepEqual(quarantined, [
    { source: 'user_order', offset: 1, column: 'id', reason: "wanted BIGINT, got '1'" },
  ]);
  assert.deepEqual(summary.sources.user_order, { read: 2, applied: 0, filtered: 1, quarantined: 1 });
});
