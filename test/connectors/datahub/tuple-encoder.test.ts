import { expect, test } from '@jest/globals';
import type { TableUse } from '../../../src/connectors/database.ts';
import { topicDifferences, tupleEncoder } from '../../../src/connectors/datahub/tuple-encoder.ts';
import type { ColumnSchema, TableSchema } from '../../../src/plan/schema.ts';
import type { Value } from '../../../src/values/sql-type.ts';
import { column } from './source-spec.ts';

const tableOf = (...columns: ColumnSchema[]): TableSchema => ({
  ...{ kind: 'table', name: 'x', tableName: 'x', columns, primaryKey: ['k'], options: {} },
});
const field = (name: string, type: string, notNull = false) => ({ name, type, notNull });

test.each<[ColumnSchema['type'], string, Value, string | null]>([
  ['INT', 'INTEGER', -5, '-5'],
  ['BIGINT', 'BIGINT', 9007199254740991, '9007199254740991'],
  ['BIGINT(bigint)', 'BIGINT', 9223372036854775807n, '9223372036854775807'],
  ['BIGINT', 'TIMESTAMP', 1736877600123456, '1736877600123456'],
  ['DOUBLE', 'DOUBLE', 0.1, '0.1'],
  ['DOUBLE', 'DOUBLE', 1e300, '1e+300'],
  ['DECIMAL(10,2)', 'DECIMAL', -5n, '-0.05'],
  ['DECIMAL(38,0)', 'DECIMAL', 12345678901234567890n, '12345678901234567890'],
  ['VARCHAR', 'STRING', 'ä\n"', 'ä\n"'],
  ['BOOLEAN', 'BOOLEAN', true, 'true'],
  ['TIMESTAMP(3)', 'TIMESTAMP', 1736877600123, '1736877600123000'],
  ['TIMESTAMP(3)', 'TIMESTAMP', 253402300799999, '253402300799999000'],
  ['TIMESTAMP(3)', 'BIGINT', -1, '-1'],
  ['TIMESTAMP(3)', 'STRING', 1736877600123, '2025-01-14 18:00:00.123'],
  ['DATE', 'STRING', 1, '1970-01-02'],
  ['DOUBLE', 'DOUBLE', null, null],
])('%s into %s: %p is %p', (type, fieldType, value, text) => {
  const encode = tupleEncoder('l', tableOf(column('v', type)), [
    field('more', 'STRING'),
    field('V', fieldType),
  ]);
  expect(encode({ v: value }).data).toEqual([null, text]);
});

test.each<[ColumnSchema['type'], string, Value, string]>([
  ['BIGINT(bigint)', 'BIGINT', -(2n ** 63n), "column 'v': -9223372036854775808n is no BIGINT of DataHub"],
  ['TIMESTAMP(3)', 'TIMESTAMP', -1, "column 'v': -1 is no TIMESTAMP of DataHub"],
])('%s into %s: %p is exit 1', (type, fieldType, value, message) => {
  const encode = tupleEncoder('l', tableOf(column('k', 'BIGINT'), column('v', type)), [
    field('v', fieldType),
  ]);
  expect(() => encode({ k: 7, v: value })).toThrow(
    expect.objectContaining({ exitCode: 1, message: `l: table 'x', key (7): ${message}` }),
  );
});

test('a key has one hash, whatever else is in the row', () => {
  const encode = tupleEncoder('l', tableOf(column('k', 'VARCHAR'), column('v', 'BIGINT')), []);
  const { hash } = encode({ k: 'a', v: 1 });
  // printf '["a"]' | md5sum
  expect(hash).toBe('4C96BBC0E2390918DD50EF8E7EAFF6E2');
  expect(encode({ k: 'a', v: 2 }).hash).toBe(hash);
  expect(encode({ k: 'b', v: 1 }).hash).not.toBe(hash);
});

test('every difference between a topic and a table is told', () => {
  const use: TableUse = {
    table: tableOf(column('k', 'BIGINT'), column('premium', 'DOUBLE'), column('note', 'VARCHAR')),
    ...{ writes: true, looksUp: false, writesNull: ['note'] },
  };
  const fields = [
    field('K', 'STRING', true),
    field('premum', 'DOUBLE'),
    field('note', 'STRING', true),
    field('by', 'STRING', true),
  ];
  expect(topicDifferences(use, fields)).toEqual([
    "the topic has no field 'premium': did you mean 'premum'?",
    'field note is NOT NULL, and the job may write NULL into it',
    'field by is NOT NULL, and no column fills it',
  ]);
  expect(
    topicDifferences(use, [field('k', 'TIMESTAMP'), field('premium', 'BIGINT'), field('note', 'JSON')]),
  ).toEqual(["field premium is BIGINT, and column 'premium' is DOUBLE"]);
});
