// Key, change mode, determinism and growth of the same nodes.
import { describe, expect, test } from '@jest/globals';
import { type ChangeMode, changeModeOf } from '../../../src/plan/derive/change-mode.ts';
import { type Determinism, determinismOf } from '../../../src/plan/derive/determinism.ts';
import { type Growth, growthOf } from '../../../src/plan/derive/growth.ts';
import { type UpsertKey, upsertKeyOf } from '../../../src/plan/derive/upsert-key.ts';
import type { Relation } from '../../../src/plan/node.ts';
import {
  aggregate,
  call,
  clock,
  filter,
  firstValue,
  group,
  into,
  lastValue,
  lookup,
  project,
  source,
  table,
  udf,
  upsert,
} from '../build.ts';

const rows = source('s', { a: 'BIGINT', b: 'BIGINT', c: 'VARCHAR' });
const dimension = table('t', { id: 'BIGINT!', x: 'VARCHAR' }, 'id');
const today = filter(rows, call('gte', 'a', clock('startOfToday')));
const last = lastValue(rows, ['a', 'b']);
const count = { n: aggregate('count') };
const most = { m: aggregate('max', 'a') };
const distinct = { n: aggregate('countDistinct', 'a') };
const keyless = project(last, 'b', 'c');
const looked = lookup(rows, dimension, { id: 'a' });

const cases: [string, Relation, UpsertKey, ChangeMode, Determinism, Growth][] = [
  ['source', rows, 'append-only', 'append', 'pure', 'none'],
  ['filter by the clock', today, 'append-only', 'append', 'reads the clock', 'none'],
  ['project above it', project(today, 'a'), 'append-only', 'append', 'reads the clock', 'none'],
  ['udf', project(rows, { f: udf('f', ['BIGINT'], 'INT', 'a') }), 'append-only', 'append', 'pure', 'none'],
  ['lookup', looked, 'append-only', 'append', 'reads the outside', 'none'],
  [
    'filter above it',
    filter(looked, call('isNull', 'x')),
    'append-only',
    'append',
    'reads the outside',
    'none',
  ],
  [
    'lookup above the clock',
    lookup(today, dimension, { id: 'a' }),
    'append-only',
    'append',
    'reads the outside',
    'none',
  ],
  [
    'lookup of changing rows',
    lookup(last, dimension, { id: 'a' }),
    ['a', 'b'],
    'updating',
    'reads the outside',
    'per key',
  ],
  [
    'lookup of one row',
    lookup(group(rows, [], most), dimension, { id: 'm' }),
    [],
    'updating',
    'reads the outside',
    'bounded',
  ],
  [
    'lookup of changes without key',
    lookup(keyless, dimension, { id: 'b' }),
    'no-key',
    'retracting',
    'reads the outside',
    'per row',
  ],
  ['lastValue', last, ['a', 'b'], 'updating', 'pure', 'per key'],
  ['firstValue', firstValue(rows, ['a']), ['a'], 'updating', 'pure', 'per key'],
  ['filter above it', filter(last, call('isNull', 'c')), ['a', 'b'], 'updating', 'pure', 'none'],
  ['pick with the key', project(last, 'b', 'a'), ['a', 'b'], 'updating', 'pure', 'none'],
  ['pick without a part', keyless, 'no-key', 'retracting', 'pure', 'none'],
  ['renamed', project(last, { x: 'a', y: 'b' }), ['x', 'y'], 'updating', 'pure', 'none'],
  ['carried twice', project(last, { x: 'a' }, 'a', 'b'), ['a', 'b'], 'updating', 'pure', 'none'],
  ['a part swapped', project(last, { a: 'b', b: 'a' }), ['b', 'a'], 'updating', 'pure', 'none'],
  ['a part computed', project(last, 'a', { b: call('negate', 'b') }), 'no-key', 'retracting', 'pure', 'none'],
  ['a part replaced', project(last, 'a', { b: 'a' }), 'no-key', 'retracting', 'pure', 'none'],
  ['lastValue of changing rows', lastValue(last, ['a']), ['a'], 'updating', 'pure', 'per row'],
  [
    'lastValue by all of their key',
    lastValue(last, ['a', 'b', 'c']),
    ['a', 'b', 'c'],
    'updating',
    'pure',
    'per key',
  ],
  ['lastValue of changes without key', lastValue(keyless, ['b']), ['b'], 'updating', 'pure', 'per row'],
  ['group', group(rows, ['a'], count), ['a'], 'updating', 'pure', 'per key'],
  ['group over all rows', group(rows, [], count), [], 'updating', 'pure', 'bounded'],
  ['the one row, projected', project(group(rows, [], count), { m: 'n' }), [], 'updating', 'pure', 'none'],
  ['extremes of appended rows', group(rows, ['b'], most), ['b'], 'updating', 'pure', 'per key'],
  ['extremes of changing rows', group(last, ['b'], most), ['b'], 'updating', 'pure', 'per row'],
  ['distinct values', group(rows, [], distinct), [], 'updating', 'pure', 'per row'],
  [
    'argument by the clock',
    group(rows, ['a'], { m: aggregate('max', clock('now')) }),
    ['a'],
    'updating',
    'reads the clock',
    'per key',
  ],
  ['upsert', upsert(rows, ['a']), ['a'], 'upsert', 'pure', 'none'],
  ['projection over an upsert', project(upsert(rows, ['a']), { x: 'a' }), ['x'], 'upsert', 'pure', 'none'],
  ['key lost over an upsert', project(upsert(rows, ['a']), 'b'), 'no-key', 'retracting', 'pure', 'none'],
];
describe.each(cases)('%s', (_, node, key, mode, determinism, growth) => {
  test('upsert key', () => expect(upsertKeyOf(node)).toEqual(key));
  test('change mode', () => expect(changeModeOf(node)).toBe(mode));
  test('determinism', () => expect(determinismOf(node)).toBe(determinism));
  test('growth', () => expect(growthOf(node)).toBe(growth));
});

test('an output is as deterministic as its input', () => {
  expect(determinismOf(into(looked, dimension))).toBe('reads the outside');
});
