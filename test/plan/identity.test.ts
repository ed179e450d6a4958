import { expect, test } from '@jest/globals';
import { fingerprintOf, identityOf } from '../../src/plan/identity.ts';
import type { IntoNode, Relation } from '../../src/plan/node.ts';
import {
  aggregate,
  call,
  clock,
  filter,
  firstValue,
  group,
  into,
  lastValue,
  literal,
  lookup,
  project,
  source,
  table,
  tryCast,
  udf,
  upsert,
  when,
} from './build.ts';
import { hourlyPremium, premiumDropAlert, userLastPage } from './three-jobs.ts';

const rows = () => source('s', { a: 'BIGINT', b: 'VARCHAR' });
const dimension = table('t', { id: 'BIGINT!', x: 'VARCHAR' }, 'id');

test.each([hourlyPremium, premiumDropAlert, userLastPage])('places do not count', (plan) => {
  const [once, again] = [plan(), plan()];
  expect(again.outputs[0]?.at).not.toEqual(once.outputs[0]?.at);
  expect(again.outputs.map(identityOf)).toEqual(once.outputs.map(identityOf));
});

test('a ttl does not count', () => {
  expect(identityOf(lastValue(rows(), ['a'], { ttl: 5 }))).toBe(identityOf(lastValue(rows(), ['a'])));
});

test('everything else does', () => {
  const s = rows();
  const nodes: (Relation | IntoNode)[] = [
    s,
    source('r', { a: 'BIGINT', b: 'VARCHAR' }),
    source('s', { a: 'BIGINT' }),
    source('s', { a: 'INT', b: 'VARCHAR' }),
    source('s', { a: 'BIGINT!', b: 'VARCHAR' }),
    filter(s, call('isNull', 'a')),
    filter(s, call('isNull', 'b')),
    filter(s, call('isNotNull', 'a')),
    filter(s, call('eq', 'a', literal('BIGINT', 1))),
    filter(s, call('eq', 'a', literal('INT', 1))),
    filter(s, call('eq', 'a', literal('BIGINT(bigint)', 1n))),
    filter(s, call('gte', 'a', clock('now'))),
    filter(s, call('gte', 'a', clock('now', 5))),
    filter(s, call('gte', 'a', clock('startOfToday'))),
    filter(filter(s, call('isNull', 'a')), call('isNull', 'a')),
    project(s, 'a'),
    project(s, 'b'),
    project(s, { b: 'a' }),
    project(s, { b: tryCast('b', 'INT') }),
    project(s, { b: when(call('isNull', 'a'), literal('INT', 1), literal('INT', 2)) }),
    project(s, { b: udf('f', ['BIGINT'], 'INT', 'a') }),
    project(s, { b: udf('g', ['BIGINT'], 'INT', 'a') }),
    lastValue(s, ['a']),
    lastValue(s, ['b']),
    lastValue(s, ['a'], { by: 'b' }),
    lastValue(s, ['a'], { ignoreNulls: true }),
    firstValue(s, ['a']),
    upsert(s, ['a']),
    group(s, ['a'], {}),
    group(s, ['a'], { n: aggregate('count') }),
    group(s, ['a'], { n: aggregate('count', null, call('isNull', 'b')) }),
    group(s, ['a'], { n: aggregate('max', 'b') }),
    group(s, ['a'], { n: aggregate('max', call('isNull', 'b')) }),
    lookup(s, dimension, { id: 'a' }),
    lookup(s, dimension, { id: 'a' }, 'null'),
    lookup(s, dimension, { id: 'b' }),
    into(s, dimension),
    into(s, { ...dimension, name: 'u' }),
  ];
  expect(new Set(nodes.map(identityOf)).size).toBe(nodes.length);
  const prints = nodes.map(fingerprintOf);
  expect(new Set(prints).size).toBe(nodes.length);
  for (const print of prints) expect(print).toMatch(/^[0-9a-f]{16}$/);
});
