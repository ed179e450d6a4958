// What is asked of a whole plan.
import { describe, expect, test } from '@jest/globals';
import { needsArrival } from '../../../src/plan/derive/needs-arrival.ts';
import { sourcesOf } from '../../../src/plan/derive/sources.ts';
import { tablesOf } from '../../../src/plan/derive/tables.ts';
import {
  aggregate,
  firstValue,
  group,
  into,
  job,
  lastValue,
  lookup,
  project,
  source,
  table,
  upsert,
} from '../build.ts';
import { hourlyPremium, premiumDropAlert } from '../three-jobs.ts';

const rows = source('s', { a: 'BIGINT', b: 'BIGINT!' });
const sink = table('sink', { a: 'BIGINT', b: 'BIGINT!' }, 'b');

describe('needsArrival', () => {
  test('all below a lastValue, a firstValue or an upsert, through groups too', () => {
    const grouped = group(rows, ['a', 'b'], { n: aggregate('count') });
    const first = firstValue(grouped, ['b']);
    const projected = project(first, 'a', 'b');
    const plan = job(into(projected, sink));
    expect(needsArrival(plan)).toEqual(new Set([rows, grouped]));
  });
  test('nothing above the uppermost', () => {
    const last = lastValue(rows, ['a', 'b'], { by: 'a' });
    const total = group(last, ['b'], { a: aggregate('max', 'a') });
    expect(needsArrival(job(into(total, sink)))).toEqual(new Set([rows]));
  });
  test('nothing without one', () => {
    expect(needsArrival(job(into(group(rows, ['b'], {}), sink)))).toEqual(new Set());
    expect(needsArrival(job(into(upsert(rows, ['b']), sink)))).toEqual(new Set([rows]));
  });
});

test('sourcesOf names each source once', () => {
  const again = source('s', { a: 'BIGINT', b: 'BIGINT!' });
  const other = source('o', { a: 'BIGINT', b: 'BIGINT!' });
  const outputs = [again, rows, other].map((from, i) =>
    into(lastValue(from, ['b']), table(`t${i}`, { a: 'BIGINT', b: 'BIGINT!' }, 'b')),
  );
  expect(sourcesOf(job(...outputs)).map(({ name }) => name)).toEqual(['s', 'o']);
});

describe('tablesOf', () => {
  const uses = (plan: Parameters<typeof tablesOf>[0]) =>
    tablesOf(plan).map(({ table: { name }, ...use }) => ({ name, ...use }));
  test('written, with what may be NULL', () => {
    expect(uses(hourlyPremium())).toEqual([
      { name: 'hs_order', writes: true, looksUp: false, writesNull: [], deletes: true },
    ]);
  });
  test('looked up and written back', () => {
    expect(uses(premiumDropAlert())).toEqual([
      {
        name: 'raw_info',
        writes: true,
        looksUp: true,
        writesNull: ['raw_premium', 'raw_info'],
        deletes: false,
      },
      {
        name: 'wechat_activity_user',
        writes: true,
        looksUp: false,
        writesNull: ['raw_info', 'now_info'],
        deletes: false,
      },
    ]);
  });
  test('looked up alone', () => {
    const dimension = table('d', { id: 'BIGINT!', x: 'BIGINT' }, 'id');
    const plan = job(into(lastValue(project(lookup(rows, dimension, { id: 'a' }), 'a', 'b'), ['b']), sink));
    expect(uses(plan)).toEqual([
      { name: 'd', writes: false, looksUp: true, writesNull: [], deletes: false },
      { name: 'sink', writes: true, looksUp: false, writesNull: ['a'], deletes: false },
    ]);
  });
});
