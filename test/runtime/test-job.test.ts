import { describe, expect, test } from '@jest/globals';
import {
  bigint,
  catalog,
  count,
  decimal,
  double,
  job,
  source,
  sum,
  table,
  udf,
  varchar,
} from '../../src/dsl/index.ts';
import { testJob } from '../../src/runtime/test-job.ts';

const events = source({ id: bigint(), text: varchar(), n: double(), amount: decimal(10, 2) });
const others = source({ id: bigint() });
const last = table({ id: bigint(), n: double() }, { primaryKey: 'id' });
const named = table({ text: varchar(), c: bigint() }, { primaryKey: 'text' });
const money = table({ id: bigint(), amount: decimal(38, 2) }, { primaryKey: 'id' });
const { stream } = catalog({ events, others, last, named, money }, { timeZone: 'Asia/Shanghai' });

const events_ = () => stream('events').filter((e) => e.id.isNotNull());
const sizes = [1, 2, 3, 1000];

describe('rows that cannot be applied are as if never read, whatever the epoch size', () => {
  const rows = [
    { id: 1, text: '1' },
    { id: 1, text: 'x' },
    { id: 2, text: '5' },
    { id: 1, text: '2' },
    { id: 2, text: 'y' },
  ];

  test('a cast above a keyed operator', async () => {
    const cast = job(
      'cast',
      events_()
        .keyBy('id')
        .lastValue()
        .select({ id: 'id', n: (e) => e.text.cast('DOUBLE') })
        .into('last'),
    );
    for (const epochRows of sizes) {
      const { tables, quarantined, summary } = await testJob(cast, rows, { epochRows });
      expect(tables.last).toEqual([
        { id: 1, n: 2 },
        { id: 2, n: 5 },
      ]);
      expect(quarantined.map(({ offset, reason }) => [offset, reason])).toEqual([
        [1, "cannot cast 'x' to DOUBLE"],
        [4, "cannot cast 'y' to DOUBLE"],
      ]);
      expect(summary.sources.events).toEqual({ read: 5, applied: 3, filtered: 0, quarantined: 2 });
    }
  });

  test('in every branch: what one output stumbles over, the other does not see either', async () => {
    const two = job(
      'two',
      events_()
        .keyBy('id')
        .lastValue()
        .select({ id: 'id', n: (e) => e.text.cast('DOUBLE') })
        .into('last'),
      events_()
        .filter((e) => e.text.isNotNull())
        .groupBy('text')
        .agg({ c: count() })
        .into('named'),
    );
    for (const epochRows of sizes)
      expect((await testJob(two, rows, { epochRows })).tables.named).toEqual([
        { text: '1', c: 1 },
        { text: '2', c: 1 },
        { text: '5', c: 1 },
      ]);
  });

  test('a user function, an aggregate argument, a key that is too long', async () => {
    const odd = udf('odd', {
      args: ['VARCHAR'],
      returns: 'DOUBLE',
      run: (text) => {
        if (text === 'x') throw new Error('no x');
        return text.length;
      },
    });
    const functions = job(
      'f',
      events_()
        .keyBy('id')
        .lastValue()
        .select({ id: 'id', n: (e) => odd(e.text) })
        .into('last'),
    );
    const sums = job(
      's',
      events_()
        .keyBy('text')
        .lastValue()
        .filter((e) => e.id.isNotNull())
        .groupBy('id')
        .agg({ n: sum((e) => e.text.cast('DOUBLE')) })
        .into('last'),
    );
    const long = job(
      'l',
      events_()
        .filter((e) => e.text.isNotNull())
        .groupBy('text')
        .agg({ c: count() })
        .into('named'),
    );
    const texts = ['1', 'x', 'y'.repeat(256), '2'].map((text) => ({ id: 1, text }));
    for (const epochRows of sizes) {
      const quarantine = async (which: Parameters<typeof testJob>[0]) =>
        (await testJob(which, texts, { epochRows })).quarantined;
      expect(await quarantine(functions)).toMatchObject([{ offset: 1, reason: "udf 'odd' threw: no x" }]);
      expect((await quarantine(sums)).map(({ offset }) => offset)).toEqual([1, 2]);
      expect(await quarantine(long)).toMatchObject([
        { offset: 2, column: 'text', reason: 'named.text takes at most 255 characters: this text has 256' },
      ]);
    }
  });

  test('an overflow belongs to no single row: the job stops and names operator and group', async () => {
    const overflow = job(
      'o',
      events_()
        .groupBy('id')
        .agg({ n: sum('n') })
        .into('last'),
    );
    await expect(
      testJob(
        overflow,
        [1.7e308, 1.7e308].map((n) => ({ id: 1, n })),
      ),
    ).rejects.toThrow(/test-job.test.ts:\d+: aggregate 'n' of group id=1: DOUBLE out of range/);
  });
});

test('rows are checked column by column; values at the edge are exact', async () => {
  const exact = job(
    'm',
    events_()
      .groupBy('id')
      .agg({ amount: sum('amount') })
      .into('money'),
  );
  const { tables, quarantined } = await testJob(exact, [
    { id: 1, amount: '0.10' },
    { id: 1, amount: '0.20' },
    { id: '1', amount: '1' },
    { id: 1, amount: 'many' },
    { id: 2 ** 53 },
    7,
  ]);
  expect(tables.money).toEqual([{ id: 1, amount: '0.30' }]);
  expect(quarantined.map(({ offset, column }) => [offset, column])).toEqual([
    [2, 'id'],
    [3, 'amount'],
    [4, 'id'],
    [5, undefined],
  ]);
});

test('tables after every epoch, and those given at the start', async () => {
  const counted = job(
    'c',
    events_()
      .groupBy('id')
      .agg({ n: sum('n') })
      .into('last'),
  );
  const { epochs } = await testJob(
    counted,
    [1, 2, 3].map((n) => ({ id: 1, n })),
    { epochRows: 2, tables: { last: [{ id: 9, n: 9 }] } },
  );
  expect(epochs.map(({ last: rows }) => rows)).toEqual([
    [
      { id: 1, n: 3 },
      { id: 9, n: 9 },
    ],
    [
      { id: 1, n: 6 },
      { id: 9, n: 9 },
    ],
  ]);
});

test('unknown sources and tables are told by name', async () => {
  const counted = job(
    'c',
    events_()
      .groupBy('id')
      .agg({ n: sum('n') })
      .into('last'),
  );
  await expect(testJob(counted, { event: [] })).rejects.toThrow(
    "job 'c' reads no source 'event', but events",
  );
  await expect(testJob(counted, [], { tables: { lost: [] } })).rejects.toThrow(
    "job 'c' has no table 'lost', but last",
  );
  await expect(testJob(counted, [{ id: 1, n: 1 }], { clock: 'noon' })).rejects.toThrow(
    "clock 'noon' is no instant",
  );
});
