// Jobs from topics to topics, as programs run them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, jest, test } from '@jest/globals';
import { openKafkaSource } from '../../../src/connectors/kafka/kafka-source.ts';
import { openKafkaTables } from '../../../src/connectors/kafka/open-kafka-tables.ts';
import { bigint, catalog, count, job, source, sum, table, varchar } from '../../../src/dsl/index.ts';
import { type RunOptions, run } from '../../../src/runtime/run.ts';
import { startBroker, type TestBroker } from './broker.ts';
import { committedRecords } from './committed-records.ts';

jest.setTimeout(60_000);
const started = await startBroker();
const broker = started as TestBroker;
const described = started ? describe : describe.skip;
const directory = mkdtempSync(join(tmpdir(), 'millrace-kafka-job-'));
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await started?.close();
});

const sale = source({ id: bigint().notNull(), day: varchar().notNull(), amount: bigint() });
const by_day = table({ day: varchar(), n: bigint(), amount: bigint() }, { primaryKey: 'day' });
const latest = table({ id: bigint(), day: varchar(), amount: bigint() }, { primaryKey: 'id' });
const { stream } = catalog({ sale, by_day, latest }, { timeZone: 'UTC' });
const days = job(
  'days',
  stream('sale')
    .keyBy('id')
    .lastValue()
    .groupBy('day')
    .agg({ n: count(), amount: sum('amount') })
    .into('by_day'),
);
const copy = job('copy', stream('sale').keyBy('id').lastValue().into('latest'));

const sales = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) =>
    JSON.stringify({ id: (from + i) % 50, day: `d${(from + i) % 7}`, amount: from + i }),
  );

/** Runs a job over a topic to its end. */
async function runOnce(
  of: typeof days | typeof copy,
  state: string,
  topic: string,
  more: Partial<RunOptions> = {},
) {
  const database = await openKafkaTables({
    ...{ brokers: broker.brokers, partitions: 3 },
    tables: { latest: { mode: 'append', topic: 'latest-log' } },
  });
  opened.push(database);
  return run(of, {
    ...{ database, state: join(directory, state), epochRows: 20 },
    sources: {
      sale: (spec) =>
        openKafkaSource(spec, { brokers: broker.brokers, topic, format: 'json', until: 'latest' }),
    },
    ...more,
  });
}

/** The rows of a topic that is compacted. */
async function folded(topic: string) {
  const rows = new Map<string, unknown>();
  for (const { key, value } of await committedRecords(broker.brokers, topic))
    if (value === null) rows.delete(key as string);
    else rows.set(key as string, JSON.parse(value));
  return [...rows.values()];
}

/** What the job makes of so many sales, computed at once. */
function expected(n: number) {
  const last = new Map<number, { day: string; amount: number }>();
  for (const text of sales(0, n)) {
    const { id, ...rest } = JSON.parse(text);
    last.set(id, rest);
  }
  const sums = new Map<string, { day: string; n: number; amount: number }>();
  for (const { day, amount } of last.values()) {
    const held = sums.get(day) ?? { day, n: 0, amount: 0 };
    sums.set(day, { day, n: held.n + 1, amount: held.amount + amount });
  }
  return [...sums.values()];
}

const byDay = (rows: readonly unknown[]) =>
  [...rows].sort((a, b) => ((a as { day: string }).day < (b as { day: string }).day ? -1 : 1));

described('from topic to topic', () => {
  test('a job goes on where it stopped, and starts anew with its topic emptied', async () => {
    await broker.createTopic('sale');
    await broker.send('sale', 0, sales(0, 200));
    expect(await (await runOnce(days, 'days', 'sale')).done).toMatchObject({ run: { rows: 200 } });
    expect(byDay(await folded('by_day'))).toEqual(byDay(expected(200)));
    await broker.send('sale', 0, sales(200, 230));
    expect(await (await runOnce(days, 'days', 'sale')).done).toMatchObject({ run: { rows: 30 } });
    expect(byDay(await folded('by_day'))).toEqual(byDay(expected(230)));
    const lost = (await runOnce(days, 'empty', 'sale')).done;
    await expect(lost).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('has written here before'),
    });
    await (await runOnce(days, 'empty', 'sale', { fresh: true, clear: true })).done;
    expect(byDay(await folded('by_day'))).toEqual(byDay(expected(230)));
  });

  test('a row that is appended is a record, once', async () => {
    await broker.createTopic('event');
    const events = Array.from({ length: 100 }, (_, id) => JSON.stringify({ id, day: 'd', amount: 0 }));
    for (const part of [events.slice(0, 60), events.slice(60)]) {
      await broker.send('event', 0, part);
      await (await runOnce(copy, 'copy', 'event')).done;
    }
    const records = await committedRecords(broker.brokers, 'latest-log');
    const values = records.map(({ value }) => value as string);
    expect(values.sort()).toEqual([...events].sort());
  });
});
