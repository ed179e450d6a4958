import { describe, expect, test } from '@jest/globals';
import { memoryDatabase } from '../../../src/connectors/memory/memory-database.ts';
import type { LookupNode } from '../../../src/plan/node.ts';
import type { ColumnSchema, TableSchema } from '../../../src/plan/schema.ts';
import { LookupOperator } from '../../../src/runtime/operators/lookup.ts';
import type { Row, Value } from '../../../src/values/sql-type.ts';
import { appendOf, at, Bench, changesOf, compiling, epochOf, pushed, sourceOf } from './bench.ts';

const column = (name: string, type: ColumnSchema['type']): ColumnSchema => ({
  name,
  type,
  nullable: name !== 'id',
  length: null,
  from: 'text',
});
const table: TableSchema = {
  kind: 'table',
  name: 'dim',
  tableName: 'dim',
  columns: [column('id', 'BIGINT'), column('p', 'VARCHAR')],
  primaryKey: ['id'],
  options: {},
};
const node = (miss: 'drop' | 'null'): LookupNode => ({
  op: 'lookup',
  at,
  input: sourceOf({ u: 'BIGINT', n: 'VARCHAR' }),
  table,
  on: [['id', 'u']],
  miss,
});

function benchOf(miss: 'drop' | 'null', over: Parameters<typeof compiling>[0] = {}) {
  const asked: (readonly Row[])[] = [];
  const memory = memoryDatabase({
    dim: [
      { id: 1, p: 'one' },
      { id: 2, p: null },
    ],
  });
  const database = {
    ...memory,
    lookup: (schema: TableSchema, keys: readonly Row[], signal: AbortSignal) => {
      asked.push(keys);
      return memory.lookup(schema, keys, signal);
    },
  };
  const operator = new LookupOperator(
    node(miss),
    compiling({ retracts: () => false, databaseOf: () => database, ...over }),
  );
  return { bench: new Bench(operator), asked, operator };
}
const near = (u: number | null, n = '') => ({ u, n });

describe('append-only rows', () => {
  test('inner: rows with a match; keys are asked for once, NULL never', async () => {
    const { bench, asked } = benchOf('drop');
    expect(await bench.epoch(appendOf([near(1), near(3), near(null), near(1, 'x'), near(2)]))).toEqual([
      ['+I', { u: 1, n: '', p: 'one' }],
      ['+I', { u: 1, n: 'x', p: 'one' }],
      ['+I', { u: 2, n: '', p: null }],
    ]);
    expect(asked[0]).toEqual([{ id: 1 }, { id: 3 }, { id: 2 }]);
  });

  test("miss 'null' keeps the row", async () => {
    expect(await benchOf('null').bench.epoch(appendOf([near(3), near(null)]))).toEqual([
      ['+I', { u: 3, n: '', p: null }],
      ['+I', { u: null, n: '', p: null }],
    ]);
  });

  test('a row sees the writes of the rows before it, also of a row that was not found', async () => {
    const writeBackOf = () => (row: Row) =>
      row.n === 'skip' ? undefined : { id: row.u as number, p: row.n as string };
    expect(
      await benchOf('drop', { writeBackOf }).bench.epoch(
        appendOf([near(1, 'a'), near(1, 'skip'), near(1, 'b'), near(1, 'c'), near(3, 'x'), near(3, 'y')]),
      ),
    ).toEqual([
      ['+I', { u: 1, n: 'a', p: 'one' }],
      ['+I', { u: 1, n: 'skip', p: 'a' }],
      ['+I', { u: 1, n: 'b', p: 'a' }],
      ['+I', { u: 1, n: 'c', p: 'b' }],
    ]);
    expect(
      await benchOf('null', { writeBackOf }).bench.epoch(appendOf([near(3, 'x'), near(3, 'y')])),
    ).toEqual([
      ['+I', { u: 3, n: 'x', p: null }],
      ['+I', { u: 3, n: 'y', p: 'x' }],
    ]);
  });
});

describe('keys of another type', () => {
  const found = async (
    key: ColumnSchema['type'],
    held: Value,
    nearType: ColumnSchema['type'],
    value: Value,
  ) => {
    const keyed = { ...table, columns: [column('id', key), column('p', 'VARCHAR')] };
    const looked: LookupNode = {
      ...node('drop'),
      input: sourceOf({ u: nearType, n: 'VARCHAR' }),
      table: keyed,
    };
    const memory = memoryDatabase({ dim: [{ id: held, p: 'it' }] });
    const operator = new LookupOperator(
      looked,
      compiling({ retracts: () => false, databaseOf: () => memory }),
    );
    return (await new Bench(operator).epoch(appendOf([{ u: value, n: '' }]))).length === 1;
  };
  const MATCHES: readonly (readonly [ColumnSchema['type'], Value, ColumnSchema['type'], Value])[] = [
    ['INT', 1, 'BIGINT', 1],
    ['INT', 1, 'BIGINT(bigint)', 1n],
    ['BIGINT', 1, 'INT', 1],
    ['BIGINT', 2 ** 52, 'BIGINT(bigint)', 2n ** 52n],
    ['BIGINT(bigint)', 1n, 'INT', 1],
    ['BIGINT(bigint)', -(2n ** 53n - 1n), 'BIGINT', -(2 ** 53 - 1)],
    ['DECIMAL(10,2)', 150n, 'DECIMAL(10,1)', 15n],
    ['DECIMAL(10,1)', 15n, 'DECIMAL(10,2)', 150n],
    ['DECIMAL(10,1)', -15n, 'DECIMAL(12,3)', -1500n],
    ['DECIMAL(5,0)', 7n, 'DECIMAL(5,0)', 7n],
  ];
  test.each(MATCHES)('%s %s is found by %s %s', async (key, held, nearType, value) => {
    expect(await found(key, held, nearType, value)).toBe(true);
  });
  const MISSES: readonly (readonly [ColumnSchema['type'], Value, ColumnSchema['type'], Value])[] = [
    ['DECIMAL(10,2)', 15n, 'DECIMAL(10,1)', 15n],
    ['DECIMAL(10,1)', 1n, 'DECIMAL(10,2)', 15n],
    ['DECIMAL(3,1)', 5n, 'DECIMAL(10,1)', 10_000n],
    ['INT', -1, 'BIGINT', 2 ** 32 - 1],
    ['INT', -1, 'BIGINT(bigint)', 2n ** 32n - 1n],
    ['BIGINT', 2 ** 53, 'BIGINT(bigint)', 2n ** 53n + 1n],
  ];
  test.each(MISSES)('%s %s is not found by %s %s', async (key, held, nearType, value) => {
    expect(await found(key, held, nearType, value)).toBe(false);
  });
});

test('an epoch that is computed again sees what it saw, and asks for new keys alone', async () => {
  const { asked, operator } = benchOf('drop');
  const epoch = epochOf(1);
  await operator.apply(appendOf([near(1), near(2)]), epoch);
  await operator.apply(appendOf([near(2), near(3)]), epoch);
  expect(asked.map((keys) => keys.map(({ u, id }) => u ?? id))).toEqual([[1, 2], [3]]);
  await operator.apply(appendOf([near(2)]), epochOf(2));
  expect(asked).toHaveLength(3);
});

describe('rows that are taken back', () => {
  test('what was given is taken back, though the dimension changed since', async () => {
    const memory = memoryDatabase({ dim: [{ id: 1, p: 'old' }] });
    const bench = new Bench(new LookupOperator(node('drop'), compiling({ databaseOf: () => memory })));
    expect(await pushed(bench, ['+I', near(1), 1], ['+I', near(5), 2])).toEqual([
      ['+I', { u: 1, n: '', p: 'old' }],
    ]);
    await memory.claim({ job: 'other', owner: 'o', epoch: 0, mode: 'continue', clear: [] });
    await memory.commit(
      {
        epoch: 1,
        previous: 0,
        completeTo: 0,
        changes: [{ table, upserts: [{ id: 1, p: 'new' }], deletes: [], writeBacks: [] }],
      },
      new AbortController().signal,
    );
    expect(await pushed(bench, ['-U', near(1), 1], ['+U', near(1, 'x'), 3])).toEqual([
      ['-U', { u: 1, n: '', p: 'old' }],
      ['+U', { u: 1, n: 'x', p: 'new' }],
    ]);
    expect(await pushed(bench, ['-D', near(5), 2])).toEqual([]);
    expect(await bench.epoch(changesOf([['-D', near(1, 'x'), 3]]))).toEqual([
      ['-D', { u: 1, n: 'x', p: 'new' }],
    ]);
  });
});
