import { expect, test } from '@jest/globals';
import type { AggregateNode, IntoNode, LastValueNode, UpsertNode } from '../../../src/plan/node.ts';
import type { ColumnSchema, TableSchema } from '../../../src/plan/schema.ts';
import { intoTable } from '../../../src/runtime/operators/into.ts';
import { upsertOperator } from '../../../src/runtime/operators/upsert.ts';
import { appendOf, at, Bench, changesOf, compiling, epochOf, type Push, sourceOf } from './bench.ts';

const column = (name: string, type: ColumnSchema['type'], length: number | null = null): ColumnSchema => ({
  name,
  type,
  nullable: true,
  length,
  from: 'text',
});
const table = (primaryKey: string[], columns: ColumnSchema[]): TableSchema => ({
  kind: 'table',
  name: 't',
  tableName: 't',
  columns,
  primaryKey,
  options: {},
});
const input = sourceOf({ id: 'BIGINT', day: 'VARCHAR', n: 'BIGINT' });
const keyed: LastValueNode = {
  op: 'lastValue',
  at,
  input,
  keys: ['id'],
  by: null,
  ignoreNulls: false,
  ttl: null,
};
const wide = table(['id', 'day'], [column('id', 'BIGINT'), column('day', 'VARCHAR'), column('n', 'BIGINT')]);
const into = (over: Partial<IntoNode> = {}): IntoNode => ({
  op: 'into',
  at,
  input: keyed,
  table: wide,
  ...over,
});
const run = (node: IntoNode, ...pushes: Push[]) => intoTable(node, undefined)(changesOf(pushes), epochOf(1));
const row = (id: number, day: string, n: number) => ({ id, day, n });

test('net effect and counts; the end as it began is nothing', () => {
  const effect = run(
    into(),
    ['+I', row(1, 'a', 1), 1],
    ['-U', row(2, 'a', 1), 1],
    ['+U', row(2, 'a', 2), 2],
    ['-D', row(3, 'a', 1), 1],
    ['-U', row(4, 'a', 1), 1],
    ['+U', row(4, 'a', 1), 2],
  );
  expect(effect.counts).toEqual({ inserted: 1, updated: 1, deleted: 1 });
  expect(effect.changes).toMatchObject({
    upserts: [row(1, 'a', 1), row(2, 'a', 2)],
    deletes: [row(3, 'a', 1)],
  });
  expect(effect.list().map(({ kind }) => kind)).toEqual(['+I', '-U', '+U', '-D']);
});

test('a row that moves to another primary key deletes the old one', () => {
  const effect = run(into(), ['-U', row(1, 'a', 1), 1], ['+U', row(1, 'b', 1), 2]);
  expect(effect.counts).toEqual({ inserted: 1, updated: 0, deleted: 1 });
  expect(effect.changes).toMatchObject({ upserts: [row(1, 'b', 1)], deletes: [row(1, 'a', 1)] });
});

test('columns come in the order of the table, exact between kin types', () => {
  const serial = table(
    ['id'],
    [column('n', 'BIGINT(bigint)'), column('id', 'BIGINT'), column('day', 'VARCHAR')],
  );
  expect(run(into({ table: serial }), ['+I', row(1, 'a', 7), 1]).changes.upserts).toEqual([
    { n: 7n, id: 1, day: 'a' },
  ]);
});

test('a text beyond its length is an error of its row: 255 code points in a key, n in varchar(n)', () => {
  const epoch = epochOf(1);
  const short = table(
    ['id', 'day'],
    [column('id', 'BIGINT'), column('day', 'VARCHAR'), column('n', 'BIGINT')],
  );
  const push = intoTable(into({ table: short }), undefined);
  push(
    changesOf([
      ['+I', row(1, '𠮷'.repeat(255), 1), 1],
      ['+I', row(2, 'x'.repeat(256), 1), 2],
    ]),
    epoch,
  );
  expect([...epoch.faults]).toEqual([
    [2, { reason: 't.day takes at most 255 characters: this text has 256', column: 'day' }],
  ]);
});

test('an aggregate without keys fits any key', () => {
  const all: AggregateNode = { op: 'aggregate', at, input, keys: [], calls: [], ttl: null };
  expect(run(into({ input: all }), ['-U', row(1, 'a', 1), 1], ['+U', row(1, 'b', 2), 2]).counts).toEqual({
    inserted: 1,
    updated: 0,
    deleted: 1,
  });
});

test('an upsert writes the last row of each key as +U alone, also where it is equal', async () => {
  const node: UpsertNode = { op: 'upsert', at, input, keys: ['id'] };
  const bench = new Bench(upsertOperator(node, compiling()));
  const rows = appendOf([row(1, 'a', 1), row(2, 'a', 1), row(1, 'a', 2)]);
  expect(await bench.epoch(rows)).toEqual([
    ['+I', row(1, 'a', 2)],
    ['+I', row(2, 'a', 1)],
  ]);
  const effect = intoTable(into({ input: node }), undefined)(
    await upsertOperator(node, compiling()).apply(rows, epochOf(1)),
    epochOf(1),
  );
  expect(effect.counts).toEqual({ inserted: 0, updated: 2, deleted: 0 });
  expect(effect.list().map(({ kind }) => kind)).toEqual(['+U', '+U']);
});
