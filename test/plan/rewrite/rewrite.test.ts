import { describe, expect, test } from '@jest/globals';
import { columnsOf } from '../../../src/plan/derive/columns.ts';
import { printExpression } from '../../../src/plan/explain/print-expression.ts';
import type { IntoNode, JobPlan, Relation } from '../../../src/plan/node.ts';
import { collapseLastValue } from '../../../src/plan/rewrite/collapse-last-value.ts';
import { keptColumns } from '../../../src/plan/rewrite/kept-columns.ts';
import { mergeProjections } from '../../../src/plan/rewrite/merge-projections.ts';
import { pickUsed } from '../../../src/plan/rewrite/pick-used.ts';
import { projectEarly } from '../../../src/plan/rewrite/project-early.ts';
import { pruneFields } from '../../../src/plan/rewrite/prune-fields.ts';
import { removeRedundant } from '../../../src/plan/rewrite/remove-redundant.ts';
import { rewrite } from '../../../src/plan/rewrite/rewrite.ts';
import { statelessUpsert } from '../../../src/plan/rewrite/stateless-upsert.ts';
import { usedColumns } from '../../../src/plan/rewrite/used-columns.ts';
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
  literal,
  lookup,
  project,
  source,
  table,
} from '../build.ts';
import { hourlyPremium, premiumDropAlert, userLastPage } from '../three-jobs.ts';

const rows = source('s', { a: 'BIGINT!', b: 'BIGINT!', c: 'VARCHAR' });
const sinkOf = (name: string, ...key: string[]) =>
  table(name, { a: 'BIGINT!', b: 'BIGINT!', c: 'VARCHAR' }, ...key);
const byA = sinkOf('by_a', 'a');
const byAB = sinkOf('by_ab', 'a', 'b');

/** The operators from an output down to its source: `into lastValue(a) source`. */
function chain(node: IntoNode | Relation): string {
  const keys = node.op !== 'source' && 'keys' in node ? `(${node.keys.join()})` : '';
  return `${node.op}${keys}${node.op === 'source' ? '' : ` ${chain(node.input)}`}`;
}
const chains = (plan: JobPlan) => plan.outputs.map((output) => chain(output.input));

describe('collapseLastValue', () => {
  const collapsed = (node: Relation) =>
    chain(collapseLastValue(job(into(node, byA))).outputs[0]?.input ?? node);
  test.each<[string, Relation, string]>([
    ['adjacent, the key a part', lastValue(lastValue(rows, ['a', 'b']), ['a']), 'lastValue(a) source'],
    [
      'three of them',
      lastValue(lastValue(lastValue(rows, ['a', 'b', 'c']), ['b', 'a']), ['a']),
      'lastValue(a) source',
    ],
    ['the key no part', lastValue(lastValue(rows, ['a']), ['b']), 'lastValue(b) lastValue(a) source'],
    [
      'by a column below',
      lastValue(lastValue(rows, ['a', 'b'], { by: 'c' }), ['a']),
      'lastValue(a) lastValue(a,b) source',
    ],
    [
      'by a column above',
      lastValue(lastValue(rows, ['a', 'b']), ['a'], { by: 'c' }),
      'lastValue(a) lastValue(a,b) source',
    ],
    [
      'ignoreNulls',
      lastValue(lastValue(rows, ['a', 'b']), ['a'], { ignoreNulls: true }),
      'lastValue(a) lastValue(a,b) source',
    ],
    [
      'firstValue below',
      lastValue(firstValue(rows, ['a', 'b']), ['a']),
      'lastValue(a) firstValue(a,b) source',
    ],
    [
      'a filter between',
      lastValue(filter(lastValue(rows, ['a', 'b']), call('isNotNull', 'c')), ['a']),
      'lastValue(a) filter lastValue(a,b) source',
    ],
    [
      'changing rows below',
      lastValue(lastValue(group(rows, ['a', 'b', 'c'], {}), ['a', 'b']), ['a']),
      'lastValue(a) lastValue(a,b) aggregate(a,b,c) source',
    ],
  ])('%s', (_, node, expected) => {
    expect(collapsed(node)).toBe(expected);
  });

  test.each([
    [10, 5, 15],
    [10, undefined, null],
    [undefined, 5, null],
  ])('ttl %s below, %s above', (below, above, expected) => {
    const inner = lastValue(rows, ['a', 'b'], below === undefined ? {} : { ttl: below });
    const plan = job(into(lastValue(inner, ['a'], above === undefined ? {} : { ttl: above }), byA));
    expect(collapseLastValue(plan).outputs[0]?.input).toMatchObject({
      op: 'lastValue',
      input: rows,
      ttl: expected,
    });
  });
});

describe('removeRedundant', () => {
  const removed = (node: Relation) => chain(removeRedundant(job(into(node, byA))).outputs[0]?.input ?? node);
  const counted = group(rows, ['a'], { b: aggregate('count') });
  test.each<[string, Relation, string]>([
    ['keys unique already', lastValue(counted, ['a']), 'aggregate(a) source'],
    ['more than unique', firstValue(counted, ['a', 'b']), 'aggregate(a) source'],
    ['by a column', lastValue(counted, ['a'], { by: 'b' }), 'aggregate(a) source'],
    ['its own ttl', lastValue(counted, ['a'], { ttl: 5 }), 'aggregate(a) source'],
    ['a ttl below', lastValue(group(rows, ['a'], {}, 5), ['a']), 'lastValue(a) aggregate(a) source'],
    ['other keys', lastValue(counted, ['b']), 'lastValue(b) aggregate(a) source'],
    ['appended rows', lastValue(rows, ['a', 'b', 'c']), 'lastValue(a,b,c) source'],
    [
      'changes without key',
      lastValue(project(counted, 'b'), ['b']),
      'lastValue(b) project aggregate(a) source',
    ],
  ])('%s', (_, node, expected) => {
    expect(removed(node)).toBe(expected);
  });
});

describe('statelessUpsert', () => {
  const last = () => lastValue(rows, ['a']);
  test.each<[string, JobPlan, string[]]>([
    ['directly below', job(into(last(), byA)), ['upsert(a) source']],
    [
      'a key of several, in another order',
      job(into(lastValue(rows, ['b', 'a']), byAB)),
      ['upsert(b,a) source'],
    ],
    [
      'a projection that renames',
      job(into(project(last(), { b: 'a', a: 'b', c: 'c' }), sinkOf('x', 'b'))),
      ['project upsert(a) source'],
    ],
    ['a part of the primary key', job(into(last(), byAB)), ['lastValue(a) source']],
    ['by a column', job(into(lastValue(rows, ['a'], { by: 'b' }), byA)), ['lastValue(a) source']],
    ['ignoreNulls', job(into(lastValue(rows, ['a'], { ignoreNulls: true }), byA)), ['lastValue(a) source']],
    ['firstValue', job(into(firstValue(rows, ['a']), byA)), ['firstValue(a) source']],
    [
      'a filter between',
      job(into(filter(last(), call('isNotNull', 'c')), byA)),
      ['filter lastValue(a) source'],
    ],
    [
      'changing rows',
      job(into(lastValue(lastValue(rows, ['b']), ['a']), byA)),
      ['lastValue(a) lastValue(b) source'],
    ],
  ])('%s', (_, plan, expected) => {
    expect(chains(statelessUpsert(plan))).toEqual(expected);
  });

  test('two outputs of one lastValue share the upsert', () => {
    const shared = last();
    const plan = statelessUpsert(
      job(into(shared, byA), into(project(shared, 'a', 'b', 'c'), sinkOf('x', 'a'))),
    );
    expect(chains(plan)).toEqual(['upsert(a) source', 'project upsert(a) source']);
    const [first, second] = plan.outputs.map(({ input }) => input);
    expect(second).toMatchObject({ op: 'project' });
    expect(second?.op === 'project' && second.input).toBe(first);
  });

  test('another reader of its rows keeps the state', () => {
    const shared = last();
    const total = project(group(shared, ['b'], { a: aggregate('count') }), 'a', 'b', {
      c: literal('VARCHAR', ''),
    });
    const plan = job(into(shared, byA), into(total, sinkOf('x', 'b')));
    expect(statelessUpsert(plan)).toBe(plan);
  });

  test('but not that of a write-back, which gets an upsert of its own', () => {
    const back = table('back', { a: 'BIGINT!', c: 'VARCHAR' }, 'a');
    const looked = lookup(project(rows, 'a', 'b'), back, { a: 'a' });
    const shared = lastValue(looked, ['a']);
    const total = project(group(shared, ['b'], { a: aggregate('count') }), 'a', 'b', {
      c: literal('VARCHAR', ''),
    });
    const plan = statelessUpsert(job(into(project(shared, 'a', 'c'), back), into(total, sinkOf('x', 'b'))));
    expect(chains(plan)).toEqual([
      'project upsert(a) lookup project source',
      'project aggregate(b) lastValue(a) lookup project source',
    ]);
  });
});

describe('columns that are used', () => {
  const wide = source('w', {
    a: 'BIGINT!',
    b: 'BIGINT!',
    c: 'VARCHAR',
    d: 'DOUBLE',
    e: 'BIGINT',
    f: 'BIGINT',
  });
  const dimension = table('dim', { id: 'BIGINT!', x: 'VARCHAR', y: 'VARCHAR' }, 'id');

  test('of each relation, by what stands above', () => {
    const kept = filter(wide, call('isNotNull', 'e'));
    const looked = lookup(kept, dimension, { id: 'f' });
    const last = lastValue(looked, ['a'], { by: 'd' });
    const total = group(last, ['c'], { n: aggregate('sum', 'b', call('isNotNull', 'x')) });
    const used = usedColumns(job(into(total, table('t', { c: 'VARCHAR', n: 'BIGINT' }, 'c'))));
    const names = (node: Relation) => [...(used.get(node) ?? [])].sort().join('');
    expect([total, last, looked, kept, wide].map(names)).toEqual(['cn', 'bcx', 'abcdx', 'abcdf', 'abcdef']);
  });

  test('of a source, over all of its readers, in schema order', () => {
    const one = lastValue(project(wide, 'c', 'a'), ['a']);
    const other = lastValue(project(source('w', { a: 'BIGINT!', e: 'BIGINT' }), 'e', 'a'), ['a']);
    const plan = job(
      into(one, table('t', { a: 'BIGINT!', c: 'VARCHAR' }, 'a')),
      into(other, table('u', { a: 'BIGINT!', e: 'BIGINT' }, 'a')),
    );
    expect(keptColumns(plan, wide.source)).toEqual(['a', 'c', 'e']);
  });

  test('pruneFields drops what is carried for nothing, through several projections', () => {
    const first = project(wide, 'a', 'b', 'c', 'd');
    const second = project(first, 'a', 'b', 'c');
    const plan = job(into(group(second, ['a'], { n: aggregate('sum', 'b') }), table('t', {}, 'a')));
    const [output] = pruneFields(plan).outputs;
    expect(chain(output as IntoNode)).toBe('into aggregate(a) project project source');
    const pruned = output?.input.op === 'aggregate' ? output.input.input : undefined;
    expect(pruned && columnsOf(pruned).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(pruned?.op === 'project' && columnsOf(pruned.input).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('pruneFields keeps what is computed, and the key', () => {
    const last = project(lastValue(wide, ['a']), 'a', 'b', 'c', { n: cast('c', 'BIGINT') });
    const plan = job(into(group(last, ['b'], {}), table('t', {}, 'b')));
    const pruned = pruneFields(plan).outputs[0]?.input;
    expect(pruned?.op === 'aggregate' && columnsOf(pruned.input).map(({ name }) => name)).toEqual([
      'a',
      'b',
      'n',
    ]);
  });

  test('pickUsed narrows a source once', () => {
    const plan = job(into(group(wide, ['b'], { n: aggregate('max', 'd') }), table('t', {}, 'b')));
    const picked = pickUsed(plan);
    expect(chains(picked)).toEqual(['aggregate(b) project source']);
    expect(pickUsed(picked)).toBe(picked);
    const counted = job(into(group(wide, [], { n: aggregate('count') }), table('t', {}, 'n')));
    expect(pickUsed(counted)).toBe(counted);
  });
});

describe('projectEarly', () => {
  const early = (node: Relation) => chains(projectEarly(job(into(node, byA))))[0];
  const computed = { n: cast('c', 'BIGINT') };

  test.each<[string, Relation, string]>([
    ['a computed column', project(lastValue(rows, ['a']), 'a', computed), 'lastValue(a) project source'],
    ['above firstValue', project(firstValue(rows, ['a']), 'a', computed), 'firstValue(a) project source'],
    ['columns alone', project(lastValue(rows, ['a']), 'a'), 'project lastValue(a) source'],
    ['the key is dropped', project(lastValue(rows, ['a']), 'b', computed), 'project lastValue(a) source'],
    [
      'the key is computed anew',
      project(lastValue(rows, ['a']), { a: cast('c', 'BIGINT') }),
      'project lastValue(a) source',
    ],
    [
      'what orders the rows is dropped',
      project(lastValue(rows, ['a'], { by: 'b' }), 'a', computed),
      'project lastValue(a) source',
    ],
    [
      'a row made of several',
      project(lastValue(rows, ['a'], { ignoreNulls: true }), 'a', computed),
      'project lastValue(a) source',
    ],
    [
      'rows that are taken back',
      project(lastValue(lastValue(rows, ['b']), ['a']), 'a', computed),
      'project lastValue(a) lastValue(b) source',
    ],
  ])('%s', (_, node, expected) => expect(early(node)).toBe(expected));

  test('not where another reads the rows as they are', () => {
    const last = lastValue(rows, ['a']);
    const plan = job(into(project(last, 'a', computed), byA), into(last, byAB));
    expect(chains(projectEarly(plan))).toEqual(['project lastValue(a) source', 'lastValue(a) source']);
  });
});

describe('mergeProjections', () => {
  const merged = (node: Relation) => chains(mergeProjections(job(into(node, byA))))[0];
  const lower = project(rows, 'a', { n: cast('c', 'BIGINT') });

  test('two become one, each value computed once', () => {
    const plan = mergeProjections(
      job(into(project(lower, 'a', { m: call('plus', 'n', literal('BIGINT', 1)) }), byA)),
    );
    expect(chains(plan)).toEqual(['project source']);
    const top = plan.outputs[0]?.input;
    expect(
      top?.op === 'project' && top.fields.map(([name, value]) => [name, printExpression(value)]),
    ).toEqual([
      ['a', 'a'],
      ['m', 'cast(c as BIGINT) + 1'],
    ]);
  });

  test('not where a computed column is used twice, or not at all', () => {
    expect(merged(project(lower, { m: call('plus', 'n', 'n') }))).toBe('project project source');
    expect(merged(project(lower, 'a'))).toBe('project project source');
  });
});

describe('rewrite', () => {
  test.each<[string, JobPlan, string[]]>([
    [
      'hourly-premium',
      hourlyPremium(),
      ['aggregate(biz_date) lastValue(id,day) project filter project source'],
    ],
    [
      'premium-drop-alert',
      premiumDropAlert(),
      [
        'upsert(id) project filter lookup filter project source',
        'project upsert(id) lookup filter project source',
      ],
    ],
    ['user-last-page', userLastPage(), ['project upsert(account_id) filter project source']],
  ])('%s', (_, plan, expected) => {
    const rewritten = rewrite(plan);
    expect(chains(rewritten)).toEqual(expected);
    expect(rewrite(rewritten)).toBe(rewritten);
    expect(rewritten.outputs.map(columnsOf)).toEqual(plan.outputs.map(columnsOf));
  });

  test('what is shared stays shared, and the plan given stays as it is', () => {
    const plan = premiumDropAlert();
    const before = chains(plan);
    const lookups = new Set<Relation>();
    for (const output of rewrite(plan).outputs) {
      let node: Relation = output.input;
      while (node.op !== 'source') {
        if (node.op === 'lookup') lookups.add(node);
        node = node.input;
      }
    }
    expect(lookups.size).toBe(1);
    expect(chains(plan)).toEqual(before);
  });
});
