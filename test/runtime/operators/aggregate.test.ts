import { describe, expect, test } from '@jest/globals';
import type { Aggregate } from '../../../src/plan/expression.ts';
import type { AggregateNode } from '../../../src/plan/node.ts';
import { AggregateOperator } from '../../../src/runtime/operators/aggregate.ts';
import { appendOf, at, Bench, changesOf, compiling, pushed, sourceOf } from './bench.ts';

const input = sourceOf({ g: 'VARCHAR', n: 'DOUBLE', t: 'VARCHAR' });
const n = { op: 'column', name: 'n' } as const;
const t = { op: 'column', name: 't' } as const;
const call = (
  name: Aggregate['name'],
  arg: Aggregate['arg'] = n,
  where: Aggregate['where'] = null,
): Aggregate => ({ name, arg, where });
const nodeOf = (
  calls: Readonly<Record<string, Aggregate>>,
  over: Partial<AggregateNode> = {},
): AggregateNode => ({
  op: 'aggregate',
  at,
  input,
  keys: ['g'],
  calls: Object.entries(calls),
  ttl: null,
  ...over,
});
const bench = (node: AggregateNode, over = {}) => new Bench(new AggregateOperator(node, compiling(over)));
const row = (g: string | null, value: number | null, text: string | null = null) => ({
  g,
  n: value,
  t: text,
});

describe('groups', () => {
  const node = nodeOf({ c: call('count', null), s: call('sum') });

  test('the first row is +I, a changed result a pair, an equal one nothing, the last row gone -D', async () => {
    const b = bench(node);
    expect(await pushed(b, ['+I', row('a', 1), 1])).toEqual([['+I', { g: 'a', c: 1, s: 1 }]]);
    expect(await pushed(b, ['+I', row('a', 2), 2])).toEqual([
      ['-U', { g: 'a', c: 1, s: 1 }],
      ['+U', { g: 'a', c: 2, s: 3 }],
    ]);
    expect(await pushed(b, ['-U', row('a', 1), 1], ['+U', row('a', 1, 'x'), 3])).toEqual([]);
    expect(await pushed(b, ['-D', row('a', 2), 2], ['-D', row('a', 1, 'x'), 3])).toEqual([
      ['-D', { g: 'a', c: 2, s: 3 }],
    ]);
    expect(await pushed(b, ['+I', row('a', null), 4])).toEqual([['+I', { g: 'a', c: 1, s: null }]]);
  });

  test('a row that changes its group leaves one and enters the other', async () => {
    const b = bench(node);
    await pushed(b, ['+I', row('a', 1), 1], ['+I', row('a', 2), 2]);
    expect(await pushed(b, ['-U', row('a', 1), 1], ['+U', row('b', 1), 3])).toEqual([
      ['-U', { g: 'a', c: 2, s: 3 }],
      ['+U', { g: 'a', c: 1, s: 2 }],
      ['+I', { g: 'b', c: 1, s: 1 }],
    ]);
  });

  test('a group that comes and goes within an epoch is nothing', async () => {
    expect(await pushed(bench(node), ['+I', row('a', 1), 1], ['-D', row('a', 1), 1])).toEqual([]);
  });

  test('NULL is a group; -0 and 0 are one', async () => {
    const numbers = bench({ ...nodeOf({ c: call('count', null) }), keys: ['n'] });
    expect(await numbers.epoch(appendOf([row('a', -0), row('a', 0), row('a', null)]))).toEqual([
      ['+I', { n: 0, c: 2 }],
      ['+I', { n: null, c: 1 }],
    ]);
  });

  test('without keys: one row, absent while the input is empty', async () => {
    const b = bench({ ...node, keys: [] });
    expect(await b.epoch(appendOf([]))).toEqual([]);
    expect(await pushed(b, ['+I', row('a', 1), 1])).toEqual([['+I', { c: 1, s: 1 }]]);
    expect(await pushed(b, ['-D', row('a', 1), 1])).toEqual([['-D', { c: 1, s: 1 }]]);
  });

  test('retraction of a row that is not there is an error of its row', async () => {
    const operator = new AggregateOperator(node, compiling());
    const epoch = (await import('./bench.ts')).epochOf(1);
    operator.apply(changesOf([['-D', row('a', 1), 5]]), epoch);
    expect([...epoch.faults]).toEqual([
      [5, { reason: 'retraction of a row that is not there', column: undefined }],
    ]);
  });

  test('a group carries the greatest arrival of its surviving rows, where an operator above orders by it', async () => {
    const b = bench(node, { arrivalCounts: () => true });
    expect(
      await b.epochWithArrivals(
        changesOf([
          ['+I', row('a', 1), 3],
          ['+I', row('a', 2), 7],
        ]),
      ),
    ).toEqual([['+I', { g: 'a', c: 2, s: 3 }, 7]]);
    expect(await b.epochWithArrivals(changesOf([['-D', row('a', 2), 7]]))).toEqual([
      ['-U', { g: 'a', c: 2, s: 3 }, 7],
      ['+U', { g: 'a', c: 1, s: 1 }, 3],
    ]);
    expect(
      await b.epochWithArrivals(
        changesOf([
          ['-U', row('a', 1), 3],
          ['+U', row('a', 1), 9],
        ]),
      ),
    ).toEqual([
      ['-U', { g: 'a', c: 1, s: 1 }, 3],
      ['+U', { g: 'a', c: 1, s: 1 }, 9],
    ]);
  });

  test('overflow stops the job and names operator, aggregate and group', async () => {
    const big = bench(node);
    await expect(big.epoch(appendOf([row('a', 1.7e308), row('a', 1.7e308)]))).rejects.toThrow(
      /jobs\/test.ts:1: aggregate 's' of group g=a: DOUBLE out of range/,
    );
  });
});

describe('aggregates take back what they gave', () => {
  const node = nodeOf({
    c: call('count', null),
    cw: call('count', null, {
      op: 'call',
      name: 'gt',
      args: [n, { op: 'literal', type: 'DOUBLE', value: 1 }],
    }),
    d: call('countDistinct', t),
    s: call('sum'),
    lo: call('min'),
    hi: call('max'),
    m: call('avg'),
    tl: call('min', t),
  });
  const result = async (b: Bench, ...pushes: Parameters<typeof pushed>[1][]) =>
    (await pushed(b, ...pushes)).at(-1)?.[1];

  test('NULL is not counted, distinct counts references, extremes fall back', async () => {
    const b = bench(node);
    expect(
      await result(
        b,
        ['+I', row('a', 1, 'x'), 1],
        ['+I', row('a', 5, 'x'), 2],
        ['+I', row('a', 3, 'y'), 3],
        ['+I', row('a', null, null), 4],
      ),
    ).toEqual({
      g: 'a',
      c: 4,
      cw: 2,
      d: 2,
      s: 9,
      lo: 1,
      hi: 5,
      m: 3,
      tl: 'x',
    });
    expect(await result(b, ['-D', row('a', 5, 'x'), 2])).toEqual({
      g: 'a',
      c: 3,
      cw: 1,
      d: 2,
      s: 4,
      lo: 1,
      hi: 3,
      m: 2,
      tl: 'x',
    });
    expect(await result(b, ['-D', row('a', 1, 'x'), 1])).toEqual({
      g: 'a',
      c: 2,
      cw: 1,
      d: 1,
      s: 3,
      lo: 3,
      hi: 3,
      m: 3,
      tl: 'y',
    });
    expect(await result(b, ['-D', row('a', 3, 'y'), 3])).toEqual({
      g: 'a',
      c: 1,
      cw: 0,
      d: 0,
      s: null,
      lo: null,
      hi: null,
      m: null,
      tl: null,
    });
    expect(await result(b, ['+I', row('a', 2, 'x'), 5])).toEqual({
      g: 'a',
      c: 2,
      cw: 1,
      d: 1,
      s: 2,
      lo: 2,
      hi: 2,
      m: 2,
      tl: 'x',
    });
  });

  test('a sum of doubles is the exact sum of what is in, rounded once', async () => {
    const b = bench(nodeOf({ s: call('sum') }));
    expect(
      await result(b, ['+I', row('a', 0.1), 1], ['+I', row('a', 0.2), 2], ['+I', row('a', 1e300), 3]),
    ).toEqual({ g: 'a', s: 1e300 });
    expect(await result(b, ['-D', row('a', 1e300), 3])).toEqual({ g: 'a', s: 0.1 + 0.2 });
    expect(await result(b, ['-D', row('a', 0.1), 1])).toEqual({ g: 'a', s: 0.2 });
  });
});

describe('ttl', () => {
  const node = nodeOf({ c: call('count', null) }, { ttl: 10 });

  test('settled rows stay in the result; the group expires a ttl after the last of them, unseen', async () => {
    const b = bench(node);
    await b.epoch(
      changesOf([
        ['+I', row('a', 1), 1],
        ['+I', row('a', 2), 2],
      ]),
      0,
    );
    expect(await b.epoch(changesOf([['settled', row('a', 1), 1]]), 5)).toEqual([]);
    expect(
      await b.epoch(
        changesOf([
          ['-U', row('a', 2), 2],
          ['+U', row('b', 2), 3],
        ]),
        6,
      ),
    ).toEqual([
      ['-U', { g: 'a', c: 2 }],
      ['+U', { g: 'a', c: 1 }],
      ['+I', { g: 'b', c: 1 }],
    ]);
    expect(await b.epoch(changesOf([]), 15)).toEqual([]);
    expect(await b.epoch(changesOf([]), 16)).toEqual([['settled', { g: 'a', c: 1 }]]);
    expect(await b.epoch(changesOf([['+I', row('a', 9), 4]]), 17)).toEqual([['+I', { g: 'a', c: 1 }]]);
  });

  test('a group with a live row never expires', async () => {
    const b = bench(node);
    await b.epoch(changesOf([['+I', row('a', 1), 1]]), 0);
    expect(await b.epoch(changesOf([]), 1000)).toEqual([]);
    expect(await b.epoch(changesOf([['+I', row('a', 2), 2]]), 1001)).toEqual([
      ['-U', { g: 'a', c: 1 }],
      ['+U', { g: 'a', c: 2 }],
    ]);
  });

  test('append-only rows are settled as they come: the group expires a ttl after its last arrival', async () => {
    const b = bench(node, { retracts: () => false });
    await b.epoch(appendOf([row('a', 1)]), 0);
    expect(await b.epoch(appendOf([row('a', 2)], 1), 9)).toEqual([
      ['-U', { g: 'a', c: 1 }],
      ['+U', { g: 'a', c: 2 }],
    ]);
    expect(await b.epoch(appendOf([]), 18)).toEqual([]);
    expect(await b.epoch(appendOf([row('b', 1)], 2), 19)).toEqual([
      ['settled', { g: 'a', c: 2 }],
      ['+I', { g: 'b', c: 1 }],
    ]);
  });
});
