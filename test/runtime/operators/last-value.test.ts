import { describe, expect, test } from '@jest/globals';
import type { FirstValueNode, LastValueNode } from '../../../src/plan/node.ts';
import { lastValueOperator } from '../../../src/runtime/operators/last-value.ts';
import { appendOf, at, Bench, changesOf, compiling, pushed, sourceOf } from './bench.ts';

const input = sourceOf({ k: 'VARCHAR', v: 'BIGINT', w: 'VARCHAR' });
type Options = Partial<Omit<LastValueNode, 'op'>>;
const last = (over: Options = {}): LastValueNode => ({
  op: 'lastValue',
  at,
  input,
  keys: ['k'],
  by: null,
  ignoreNulls: false,
  ttl: null,
  ...over,
});
const first = (over: Options = {}): FirstValueNode => ({ ...last(over), op: 'firstValue' });
const appending = (node: LastValueNode | FirstValueNode) =>
  new Bench(lastValueOperator(node, compiling({ retracts: () => false })));
const updating = (node: LastValueNode | FirstValueNode, arrival = false) =>
  new Bench(lastValueOperator(node, compiling({ arrivalCounts: () => arrival })));
const row = (k: string | null, v: number | null, w: string | null = null) => ({ k, v, w });

describe('over append-only rows', () => {
  test('the last row of each key by arrival: +I, then pairs; an equal row is nothing', async () => {
    const b = appending(last());
    expect(await b.epoch(appendOf([row('a', 1), row('b', 1), row('a', 2)], 0))).toEqual([
      ['+I', row('a', 2)],
      ['+I', row('b', 1)],
    ]);
    expect(await b.epoch(appendOf([row('a', 2), row('b', 3)], 3))).toEqual([
      ['-U', row('b', 1)],
      ['+U', row('b', 3)],
    ]);
    expect(await b.epoch(appendOf([], 5))).toEqual([]);
  });

  test('where arrival counts above, a new arrival of an equal row is a change', async () => {
    const b = new Bench(
      lastValueOperator(last(), compiling({ retracts: () => false, arrivalCounts: () => true })),
    );
    await b.epoch(appendOf([row('a', 1)], 0));
    expect(await b.epochWithArrivals(appendOf([row('a', 1)], 7))).toEqual([
      ['-U', row('a', 1), 0],
      ['+U', row('a', 1), 7],
    ]);
  });

  test('NULL is an ordinary key', async () => {
    expect(await appending(last()).epoch(appendOf([row(null, 1), row('null', 2), row(null, 3)]))).toEqual([
      ['+I', row(null, 3)],
      ['+I', row('null', 2)],
    ]);
  });

  test('by a column: the greatest wins, ties go to the later arrival, NULL loses, a late older row changes nothing', async () => {
    const b = appending(last({ by: 'v' }));
    expect(
      await b.epoch(
        appendOf([row('a', null, 'n'), row('a', 5, 'x'), row('a', 3, 'late'), row('a', null, 'n2')]),
      ),
    ).toEqual([['+I', row('a', 5, 'x')]]);
    expect(await b.epoch(appendOf([row('a', 5, 'tie')], 4))).toEqual([
      ['-U', row('a', 5, 'x')],
      ['+U', row('a', 5, 'tie')],
    ]);
    expect(await b.epoch(appendOf([row('a', 4, 'old')], 5))).toEqual([]);
  });

  test('firstValue: the first stays; by a column the least wins, ties to the earlier, NULL loses', async () => {
    const b = appending(first());
    expect(await b.epoch(appendOf([row('a', 1), row('a', 2)]))).toEqual([['+I', row('a', 1)]]);
    expect(await b.epoch(appendOf([row('a', 3)], 2))).toEqual([]);
    const by = appending(first({ by: 'v' }));
    expect(await by.epoch(appendOf([row('a', null, 'n'), row('a', 5, 'x'), row('a', 5, 'tie')]))).toEqual([
      ['+I', row('a', 5, 'x')],
    ]);
    expect(await by.epoch(appendOf([row('a', 2, 'less')], 3))).toEqual([
      ['-U', row('a', 5, 'x')],
      ['+U', row('a', 2, 'less')],
    ]);
  });

  test('ignoreNulls: per column the last value that is not NULL', async () => {
    const b = appending(last({ ignoreNulls: true }));
    expect(await b.epoch(appendOf([row('a', 1, 'x'), row('a', null, 'y')]))).toEqual([
      ['+I', row('a', 1, 'y')],
    ]);
    expect(await b.epoch(appendOf([row('a', 2, null), row('a', null, null)], 2))).toEqual([
      ['-U', row('a', 1, 'y')],
      ['+U', row('a', 2, 'y')],
    ]);
    const by = appending(last({ ignoreNulls: true, by: 'v' }));
    expect(await by.epoch(appendOf([row('a', 5, null), row('a', 3, 'older')]))).toEqual([
      ['+I', row('a', 5, 'older')],
    ]);
    expect(
      await appending(first({ ignoreNulls: true })).epoch(appendOf([row('a', null, 'x'), row('a', 4, 'y')])),
    ).toEqual([['+I', row('a', 4, 'x')]]);
  });

  test('ttl counts from the last arrival, equal rows renew it; an expired key begins anew', async () => {
    const b = appending(last({ ttl: 10 }));
    await b.epoch(appendOf([row('a', 1), row('b', 1)], 0), 0);
    await b.epoch(appendOf([row('a', 1)], 2), 5);
    expect(await b.epoch(appendOf([], 3), 10)).toEqual([['settled', row('b', 1)]]);
    expect(await b.epoch(appendOf([row('b', 2)], 3), 11)).toEqual([['+I', row('b', 2)]]);
    expect(await b.epoch(appendOf([row('a', 7)], 4), 15)).toEqual([
      ['settled', row('a', 1)],
      ['+I', row('a', 7)],
    ]);
  });
});

describe('over rows that are taken back', () => {
  test('a retracted last falls back to the one before; the last row gone is -D', async () => {
    const b = updating(last());
    await pushed(b, ['+I', row('a', 1), 1], ['+I', row('a', 2), 2], ['+I', row('a', 3), 3]);
    expect(await pushed(b, ['-D', row('a', 3), 3])).toEqual([
      ['-U', row('a', 3)],
      ['+U', row('a', 2)],
    ]);
    expect(await pushed(b, ['-D', row('a', 1), 1])).toEqual([]);
    expect(await pushed(b, ['-D', row('a', 2), 2])).toEqual([['-D', row('a', 2)]]);
    expect(await pushed(b, ['+I', row('a', 9), 4])).toEqual([['+I', row('a', 9)]]);
  });

  test('rows are taken in order of arrival, whatever their order in the batch', async () => {
    expect(await pushed(updating(last()), ['+I', row('a', 2), 9], ['+I', row('a', 1), 4])).toEqual([
      ['+I', row('a', 2)],
    ]);
    expect(await pushed(updating(first()), ['+I', row('a', 2), 9], ['+I', row('a', 1), 4])).toEqual([
      ['+I', row('a', 1)],
    ]);
  });

  test('a row that moves to another key', async () => {
    const b = updating(last());
    await pushed(b, ['+I', row('a', 1), 1], ['+I', row('b', 2), 2]);
    expect(await pushed(b, ['-U', row('b', 2), 2], ['+U', row('a', 2), 3])).toEqual([
      ['-D', row('b', 2)],
      ['-U', row('a', 1)],
      ['+U', row('a', 2)],
    ]);
  });

  test('two keys exchange their arrivals within an epoch', async () => {
    const b = updating(last());
    await pushed(b, ['+I', row('a', 1), 1], ['+I', row('b', 2), 2]);
    expect(
      await pushed(
        b,
        ['-U', row('a', 1), 1],
        ['+U', row('a', 5), 2],
        ['-U', row('b', 2), 2],
        ['+U', row('b', 6), 3],
      ),
    ).toEqual([
      ['-U', row('a', 1)],
      ['+U', row('a', 5)],
      ['-U', row('b', 2)],
      ['+U', row('b', 6)],
    ]);
  });

  test('ignoreNulls falls back per column', async () => {
    const b = updating(last({ ignoreNulls: true }));
    await pushed(
      b,
      ['+I', row('a', 1, 'x'), 1],
      ['+I', row('a', 2, null), 2],
      ['+I', row('a', null, 'z'), 3],
    );
    expect(await pushed(b, ['-D', row('a', 2, null), 2])).toEqual([
      ['-U', row('a', 2, 'z')],
      ['+U', row('a', 1, 'z')],
    ]);
    expect(await pushed(b, ['-D', row('a', null, 'z'), 3])).toEqual([
      ['-U', row('a', 1, 'z')],
      ['+U', row('a', 1, 'x')],
    ]);
  });

  test('a settled row stays the one to fall back to', async () => {
    const b = updating(last());
    await pushed(b, ['+I', row('a', 1), 1], ['+I', row('a', 2), 2]);
    expect(await pushed(b, ['settled', row('a', 1), 1])).toEqual([]);
    expect(await pushed(b, ['-D', row('a', 2), 2])).toEqual([
      ['-U', row('a', 2)],
      ['+U', row('a', 1)],
    ]);
  });

  test('many retractions: dead rows are let go, the answer stays right', async () => {
    const b = updating(last());
    for (let epoch = 0; epoch < 300; epoch++)
      await b.epoch(
        changesOf(
          epoch === 0
            ? [['+I', row('a', 0), 0]]
            : [
                ['-U', row('a', epoch - 1), epoch - 1],
                ['+U', row('a', epoch), epoch],
              ],
        ),
      );
    expect(await pushed(b, ['+I', row('a', -1), 1000])).toEqual([
      ['-U', row('a', 299)],
      ['+U', row('a', -1)],
    ]);
    expect(await pushed(b, ['-D', row('a', -1), 1000])).toEqual([
      ['-U', row('a', -1)],
      ['+U', row('a', 299)],
    ]);
  });
});
