import { describe, expect, test } from '@jest/globals';
import { RowError } from '../../../src/errors.ts';
import type { ColumnSchema } from '../../../src/plan/schema.ts';
import { objectRow } from '../../../src/runtime/sources/object-row.ts';
import type { Row, SqlType } from '../../../src/values/sql-type.ts';
import { withoutCodeGeneration } from '../../values/without-code-generation.ts';

const TYPES: readonly SqlType[] = [
  'INT',
  'BIGINT',
  'BIGINT(bigint)',
  'DOUBLE',
  'DECIMAL(10,2)',
  'VARCHAR',
  'BOOLEAN',
  'TIMESTAMP(3)',
  'DATE',
];
const column = (type: SqlType, nullable = true): ColumnSchema => ({
  name: 'v',
  type,
  nullable,
  length: null,
  from: 'text',
});
const source = (type: SqlType, nullable?: boolean) => ({
  kind: 'source' as const,
  name: 's',
  columns: [column(type, nullable)],
  options: {},
});
const given = (v: unknown): Row => ({ v }) as Row;
/** What happens with a value: the row, or the words of its error. */
function outcome(make: (object: Row) => Row, v: unknown): unknown {
  try {
    return make(given(v));
  } catch (error) {
    if (error instanceof RowError) return [error.column, error.message];
    throw error;
  }
}
const hostile = {
  valueOf() {
    throw new Error('called');
  },
};
const VALUES: readonly unknown[] = [
  0,
  -0,
  1,
  1.5,
  2 ** 31,
  2 ** 53,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  5n,
  2n ** 70n,
  '',
  '5',
  '2025-01-15',
  'a\0b',
  '\ud800',
  true,
  null,
  undefined,
  Symbol('s'),
  Object.create(null),
  hostile,
  [],
  () => 1,
  new Date(0),
];

describe.each(TYPES)('%s', (type) => {
  test.each([true, false])('nullable %s: generated code and closures agree on every value', (nullable) => {
    const generated = objectRow(source(type, nullable), ['v']);
    const closures = withoutCodeGeneration(() => objectRow(source(type, nullable), ['v']));
    for (const value of VALUES) expect(outcome(generated, value)).toEqual(outcome(closures, value));
  });

  test('what is no value of the type is a RowError that names the column', () => {
    const make = objectRow(source(type), ['v']);
    for (const value of [Symbol('s'), Object.create(null), hostile, [], Number.NaN])
      expect(outcome(make, value)).toEqual(['v', expect.stringContaining(`wanted ${type}`)]);
  });
});

test('a column that is not carried is checked all the same', () => {
  expect(outcome(objectRow(source('INT'), []), '5')).toEqual(['v', expect.stringContaining('wanted INT')]);
  expect(objectRow(source('INT'), [])(given(5))).toEqual({});
});
