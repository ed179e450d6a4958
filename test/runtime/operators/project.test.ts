import { expect, test } from '@jest/globals';
import type { ProjectNode } from '../../../src/plan/node.ts';
import { projectOperator } from '../../../src/runtime/operators/project.ts';
import { appendOf, at, Bench, changesOf, compiling, pushed, sourceOf } from './bench.ts';

const node: ProjectNode = {
  op: 'project',
  at,
  input: sourceOf({ a: 'BIGINT', b: 'VARCHAR' }),
  fields: [
    [
      'twice',
      {
        op: 'call',
        name: 'times',
        args: [
          { op: 'column', name: 'a' },
          { op: 'literal', type: 'BIGINT', value: 2 },
        ],
      },
    ],
    ['b', { op: 'column', name: 'b' }],
  ],
};

test('new rows, column by column, NULL in NULL out', async () => {
  const b = new Bench(projectOperator(node, compiling()));
  expect(
    await b.epoch(
      appendOf([
        { a: 1, b: 'x' },
        { a: null, b: null },
      ]),
    ),
  ).toEqual([
    ['+I', { twice: 2, b: 'x' }],
    ['+I', { twice: null, b: null }],
  ]);
});

test('a change that does not show is none, unless its arrival counts', async () => {
  const narrow: ProjectNode = { ...node, fields: node.fields.slice(1) };
  const change = [
    ['-U', { a: 1, b: 'x' }, 1],
    ['+U', { a: 2, b: 'x' }, 2],
  ] as const;
  expect(await pushed(new Bench(projectOperator(narrow, compiling())), ...change)).toEqual([]);
  const ordered = new Bench(projectOperator(narrow, compiling({ arrivalCounts: () => true })));
  expect(await ordered.epochWithArrivals(changesOf(change))).toEqual([
    ['-U', { b: 'x' }, 1],
    ['+U', { b: 'x' }, 2],
  ]);
});

test('inserts, deletes and settled rows pass as what they are', async () => {
  expect(
    await pushed(
      new Bench(projectOperator(node, compiling())),
      ['settled', { a: 0, b: null }, 0],
      ['+I', { a: 1, b: 'x' }, 1],
      ['-D', { a: 2, b: 'y' }, 2],
    ),
  ).toEqual([
    ['settled', { twice: 0, b: null }],
    ['+I', { twice: 2, b: 'x' }],
    ['-D', { twice: 4, b: 'y' }],
  ]);
});
