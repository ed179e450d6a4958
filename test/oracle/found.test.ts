// Small cases of what random jobs found, and of what they seldom reach.
import { describe, expect, test } from '@jest/globals';
import type { JobPlan } from '../../src/plan/node.ts';
import { testJob } from '../../src/runtime/test-job.ts';
import {
  aggregate,
  call,
  cast,
  filter,
  firstValue,
  group,
  into,
  job,
  lastValue,
  lookup,
  project,
  source,
  table,
} from '../plan/build.ts';

const HOUR = 3_600_000;
const events = () => source('event', { id: 'BIGINT!', k: 'VARCHAR!', a: 'BIGINT', b: 'VARCHAR' });

type Rows = readonly Readonly<Record<string, unknown>>[];
const event = (id: number, b: string | null) => ({ id, k: '', b });

/** A table after all rows, and the places of the rows in quarantine: the same at every epoch size. */
async function outcome(plan: JobPlan, rows: Rows, name: string, tables: Readonly<Record<string, Rows>> = {}) {
  const outcomes = [];
  for (const epochRows of [1, 2, 3, 1000]) {
    const result = await testJob({ plan }, rows, { epochRows, tables, clock: 0 });
    outcomes.push({
      rows: (result.tables[name] ?? []).map((row) => Object.values(row)).sort(),
      quarantined: result.quarantined.map(({ offset }) => offset),
    });
  }
  for (const one of outcomes) expect(one).toEqual(outcomes[0]);
  return outcomes[0];
}

describe('a key that is too long for its table is quarantined, whatever stands between', () => {
  const keyed = table('out', { k: 'VARCHAR!', n: 'BIGINT!' }, 'k');
  const long = { id: 1, k: 'x'.repeat(256) };
  const rows = [long, { id: 1, k: 'a' }, { id: 2, k: 'b' }];

  test('winners that ignore NULLs', async () => {
    const last = lastValue(events(), ['k'], { ignoreNulls: true });
    const plan = job(into(project(last, 'k', { n: 'id' }), keyed));
    const wanted = [
      ['a', 1],
      ['b', 2],
    ];
    expect(await outcome(plan, rows, 'out')).toEqual({ rows: wanted, quarantined: [0] });
  });

  test('a group, and a winner above it', async () => {
    const counts = group(events(), ['k', 'id'], { n: aggregate('count') });
    const plan = job(into(project(lastValue(counts, ['k']), 'k', 'n'), keyed));
    const wanted = [
      ['a', 1],
      ['b', 1],
    ];
    expect(await outcome(plan, rows, 'out')).toEqual({ rows: wanted, quarantined: [0] });
  });

  test('a lookup above a winner, before another winner drops the row', async () => {
    const note = table('note', { key: 'BIGINT!', note: 'VARCHAR' }, 'key');
    const joined = lookup(lastValue(events(), ['id']), note, { key: 'id' }, 'null');
    const first = firstValue(joined, ['a']);
    const plan = job(into(project(lastValue(first, ['k']), 'k', { n: 'id' }), keyed));
    expect(await outcome(plan, [...rows, { id: 1, k: 'c' }], 'out')).toEqual({
      rows: [['b', 2]],
      quarantined: [0],
    });
  });
});

test('columns that nobody reads count in the arrival of a row that is made of several', async () => {
  // By a, ignoring NULLs: the row of a = 0 holds b of the third row, so it came after that of a = 1.
  const first = firstValue(events(), ['a'], { ignoreNulls: true });
  const plan = job(
    into(
      project(lastValue(project(first, 'id', 'k'), ['id']), 'id', 'k'),
      table('out', { id: 'BIGINT!', k: 'VARCHAR!' }, 'id'),
    ),
  );
  const rows = [
    { id: 1, k: 'first', a: 0, b: null },
    { id: 1, k: 'second', a: 1, b: 'x' },
    { id: 1, k: 'third', a: 0, b: 'y' },
  ];
  expect(await outcome(plan, rows, 'out')).toEqual({ rows: [[1, 'first']], quarantined: [] });
});

test('a group that was empty comes back in a place of its own', async () => {
  const last = filter(lastValue(events(), ['id']), call('isNotNull', 'b'));
  const byText = group(last, ['b'], { n: aggregate('count') });
  const all = group(byText, [], { n: aggregate('count'), sum: aggregate('sum', 'n') });
  const plan = job(into(all, table('out', { n: 'BIGINT!', sum: 'BIGINT!' }, 'n')));
  const rows = [event(1, 'p'), event(1, null), event(1, 'p'), event(2, 'r')];
  expect(await outcome(plan, rows, 'out')).toEqual({ rows: [[2, 2]], quarantined: [] });
});

test('a key that was emptied before its ttl was over takes nothing with it when it is', async () => {
  const last = filter(lastValue(events(), ['id'], { ttl: 24 * HOUR }), call('isNotNull', 'b'));
  const byText = project(lastValue(last, ['b'], { ttl: 2 * HOUR }), 'b', 'id');
  const plan = job(into(byText, table('out', { b: 'VARCHAR!', id: 'BIGINT!' }, 'b')));
  const rows = [
    event(1, 'p'),
    event(2, 'q'),
    // Both keys are empty; p comes back in the place of q.
    event(1, null),
    event(2, null),
    event(3, 'p'),
    // The first place of p is due.
    event(9, 'z'),
    event(4, 'p'),
    event(4, null),
  ];
  const clock = [0, 0.1, 0.2, 0.3, 1.5, 2.05, 2.1, 2.2].map((hours) => hours * HOUR);
  const { tables } = await testJob({ plan }, rows, { epochRows: 1, clock });
  expect(tables.out).toEqual([
    { b: 'p', id: 3 },
    { b: 'z', id: 9 },
  ]);
});

test('an epoch that is taken back keeps the row whose place another of its arrival took', async () => {
  const numbers = filter(events(), call('isNotNull', cast('k', 'BIGINT')));
  // Per column: the row of k = 1 loses its b while its arrival, that of its other columns, stays.
  const inner = lastValue(lastValue(numbers, ['a']), ['k'], { ignoreNulls: true });
  const last = project(lastValue(inner, ['id']), 'id', 'k', 'b');
  const plan = job(into(last, table('out', { id: 'BIGINT!', k: 'VARCHAR!', b: 'VARCHAR' }, 'id')));
  const rows = [
    { id: 1, k: '1', a: 1, b: 'p' },
    { id: 1, k: '1', a: 2, b: null },
    { id: 2, k: '2', a: 1, b: 'p' },
    { id: 2, k: 'bad', a: 1, b: 'p' },
    { id: 3, k: '1', a: 2, b: null },
  ];
  const wanted = [
    [2, '2', 'p'],
    [3, '1', null],
  ];
  expect(await outcome(plan, rows, 'out')).toEqual({ rows: wanted, quarantined: [3] });
});

test('a row is not blamed for what a row in quarantine would have written', async () => {
  const account = table('account', { owner: 'BIGINT!', limit: 'VARCHAR' }, 'owner');
  const joined = lookup(events(), account, { owner: 'id' });
  const back = into(project(lastValue(joined, ['id']), { owner: 'id', limit: 'k' }), account);
  const judged = project(joined, 'id', { own: cast('b', 'BIGINT'), limit: cast('limit', 'BIGINT') });
  const out = into(
    lastValue(judged, ['id']),
    table('out', { id: 'BIGINT!', own: 'BIGINT', limit: 'BIGINT' }, 'id'),
  );
  // The first row's own text is no number: it goes, and with it the limit that it would have written.
  const rows = [
    { id: 1, k: 'no number', b: 'no number' },
    { id: 1, k: '20', b: '2' },
    { id: 1, k: '30', b: '3' },
  ];
  const tables = { account: [{ owner: 1, limit: '10' }] };
  expect(await outcome(job(back, out), rows, 'out', tables)).toEqual({
    rows: [[1, 3, 20]],
    quarantined: [0],
  });
});
