// A job inside a program: its rows come from a generator, the changes of its table are followed as they are committed.
// Run it: npx tsx examples/in-a-program.ts
// In a project of your own, import from 'millrace' in place of '../src/index.ts'.
import hourlyPremium from '../jobs/hourly-premium.ts';
import { run } from '../src/index.ts';

const at = (time: string): number => Date.parse(`2025-01-15T${time}+08:00`);

/** Rows that the job pulls, one by one: no more of them are in memory than an epoch holds. */
async function* orders() {
  yield { id: 1, order_no: 'A-1', customer_tel: '138', account_payble: 120.5, gmt_modified: at('09:10') };
  yield { id: 2, order_no: 'B-1', customer_tel: '139', account_payble: 80, gmt_modified: at('09:20') };
  // The user's last order of the day is in the next hour now: the hour before gives the first one back.
  yield { id: 1, order_no: 'A-2', customer_tel: '138', account_payble: 99.9, gmt_modified: at('10:05') };
  // A premium is a number: this row is quarantined.
  yield { id: 3, order_no: 'C-1', account_payble: 'much', gmt_modified: at('10:06') };
}

const running = run(hourlyPremium, {
  sources: { user_order: orders() },
  // Without a database the tables are in memory: database: 'sqlite:out.db', 'mysql://…', 'postgres://…'
  clock: () => at('12:00'),
  epochRows: 1,
  epochMs: 0,
  onQuarantine: (rows) => {
    for (const { offset, column, reason } of rows) console.log(`row ${offset}, ${column}: ${reason}`);
  },
});

running.outputs.hs_order?.subscribe(({ epoch, changes }) => {
  for (const { kind, row } of changes)
    console.log(`epoch ${epoch}  ${kind}  ${row.biz_date}  ${row.total_premium}`);
});

const summary = await running.done;
console.log(summary.sources.user_order);
