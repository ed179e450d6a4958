import { expect, test } from '@jest/globals';
import type { FilterNode } from '../../../src/plan/node.ts';
import { filterOperator } from '../../../src/runtime/operators/filter.ts';
import { appendOf, at, Bench, changesOf, compiling, epochOf, listOf, pushed, sourceOf } from './bench.ts';

const input = sourceOf({ id: 'BIGINT', n: 'BIGINT' });
const node: FilterNode = {
  op: 'filter',
  at,
  input,
  test: {
    op: 'call',
    name: 'gt',
    args: [
      { op: 'column', name: 'n' },
      { op: 'literal', type: 'BIGINT', value: 1 },
    ],
  },
};
const bench = () => new Bench(filterOperator(node, compiling()));

test('append-only rows: TRUE stays, FALSE and NULL go', async () => {
  const rows = [1, 2, null, 3].map((n, id) => ({ id, n }));
  expect(await bench().epoch(appendOf(rows))).toEqual([
    ['+I', { id: 1, n: 2 }],
    ['+I', { id: 3, n: 3 }],
  ]);
});

test('an update that leaves is -D, one that enters +I, one inside stays a pair, one outside is nothing', async () => {
  const update = (id: number, from: number | null, to: number | null) =>
    [
      ['-U', { id, n: from }, id],
      ['+U', { id, n: to }, id + 10],
    ] as const;
  expect(
    await pushed(
      bench(),
      ...update(1, 5, 0),
      ...update(2, null, 5),
      ...update(3, 5, 6),
      ...update(4, 0, null),
    ),
  ).toEqual([
    ['-D', { id: 1, n: 5 }],
    ['+I', { id: 2, n: 5 }],
    ['-U', { id: 3, n: 5 }],
    ['+U', { id: 3, n: 6 }],
  ]);
});

test('deletes and settled rows pass where their row passes', async () => {
  expect(
    await pushed(
      bench(),
      ['settled', { id: 8, n: 8 }, 1],
      ['settled', { id: 9, n: 0 }, 2],
      ['-D', { id: 1, n: 5 }, 3],
      ['-D', { id: 2, n: 0 }, 4],
    ),
  ).toEqual([
    ['settled', { id: 8, n: 8 }],
    ['-D', { id: 1, n: 5 }],
  ]);
});

test('a row that the test throws for is blamed by its arrival; one of an earlier epoch stops the job', async () => {
  const cast: FilterNode = {
    ...node,
    input: sourceOf({ t: 'VARCHAR' }),
    test: {
      op: 'call',
      name: 'gt',
      args: [
        { op: 'cast', of: { op: 'column', name: 't' }, to: 'DOUBLE', try: false },
        { op: 'literal', type: 'DOUBLE', value: 1 },
      ],
    },
  };
  const operator = filterOperator(cast, compiling());
  const epoch = epochOf(1);
  const out = await operator.apply(appendOf([{ t: '2' }, { t: 'x' }, { t: '3' }], 7), epoch);
  expect(listOf(out).map(([, row]) => row)).toEqual([{ t: '2' }, { t: '3' }]);
  expect([...epoch.faults]).toEqual([[8, { reason: "cannot cast 'x' to DOUBLE", column: 't' }]]);
  expect(epoch.spoilt).toBe(true);
  const late = { ...epochOf(2), firstSeq: 100 };
  expect(() => operator.apply(changesOf([['+I', { t: 'x' }, 8]]), late)).toThrow(
    /jobs\/test.ts:1: filter: cannot cast 'x' to DOUBLE \(column 't'\), in a row of an earlier epoch/,
  );
});
