import { expect, test } from '@jest/globals';
import { datahubDecoder } from '../../../src/connectors/datahub/datahub-decoder.ts';
import type { DataHubSourceOptions } from '../../../src/connectors/datahub/datahub-options.ts';
import type { RecordData, TopicDescription } from '../../../src/connectors/datahub/datahub-port.ts';
import { datahubRecord } from '../../../src/connectors/datahub/datahub-record.ts';
import type { SourceSpec } from '../../../src/connectors/source.ts';
import { column, sourceOf } from './source-spec.ts';

const options = (more: object = {}): DataHubSourceOptions => ({
  ...{ endPoint: 'https://h', project: 'p', topic: 't', accessId: 'i', accessKey: 'k' },
  ...more,
});
const tuple = (fields: Readonly<Record<string, string>>): TopicDescription => ({
  type: 'TUPLE',
  fields: Object.entries(fields).map(([name, type]) => ({ name, type, notNull: false })),
});
const BLOB: TopicDescription = { type: 'BLOB', fields: [] };
const record = (data: RecordData) =>
  datahubRecord('3', { sequence: 7, time: 1_736_877_600_123, data, attributes: {} });
const decode = (spec: SourceSpec, topic: TopicDescription, data: RecordData, more: object = {}) =>
  datahubDecoder(spec, 'p.t', topic, options(more))(record(data));

test.each([
  ['BIGINT', 'BIGINT', {}, '1736877600123', 1736877600123],
  ['BIGINT', 'BIGINT(bigint)', {}, '9223372036854775807', 9223372036854775807n],
  ['BIGINT', 'TIMESTAMP(3)', { from: 'millis' }, '1736877600123', 1736877600123],
  ['BIGINT', 'TIMESTAMP(3)', { from: 'seconds' }, '1736877600', 1736877600000],
  ['BIGINT', 'VARCHAR', {}, '007', '007'],
  ['INTEGER', 'INT', {}, '-2147483648', -2147483648],
  ['SMALLINT', 'INT', {}, '-3', -3],
  ['TINYINT', 'DOUBLE', {}, '3', 3],
  ['DOUBLE', 'DOUBLE', {}, '1.5E-3', 0.0015],
  ['FLOAT', 'DECIMAL(10,2)', {}, '0.1', 10n],
  ['DECIMAL', 'DECIMAL(30,4)', {}, '12345678901234567890.1234', 123456789012345678901234n],
  ['BOOLEAN', 'BOOLEAN', {}, 'TRUE', true],
  ['BOOLEAN', 'BOOLEAN', {}, '0', false],
  ['BOOLEAN', 'BOOLEAN', {}, '1', true],
  ['TIMESTAMP', 'TIMESTAMP(3)', {}, '1736877600123456', 1736877600123],
  ['TIMESTAMP', 'TIMESTAMP(3)', {}, '999', 0],
  ['TIMESTAMP', 'BIGINT', {}, '1736877600123456', 1736877600123456],
  ['STRING', 'VARCHAR', {}, '', ''],
  ['STRING', 'TIMESTAMP(3)', {}, '2025-01-14 18:00:00', 1736877600000],
  ['STRING', 'DATE', {}, '1970-01-02', 1],
  ['JSON', 'VARCHAR', {}, '{"a":1}', '{"a":1}'],
  ['STRING', 'VARCHAR', {}, null, null],
] as const)('%s to %s %j: %j is %j', (field, type, more, text, value) => {
  const spec = sourceOf([column('v', type, more)]);
  expect(decode(spec, tuple({ v: field }), [text])).toEqual({ v: value });
});

test.each([
  ['BIGINT', 'BIGINT', '9007199254740993', "wanted BIGINT, got '9007199254740993'"],
  ['TIMESTAMP', 'TIMESTAMP(3)', '-1', "wanted TIMESTAMP(3) in microseconds, got '-1'"],
  [
    'TIMESTAMP',
    'TIMESTAMP(3)',
    '99999999999999999999',
    "wanted TIMESTAMP(3) in microseconds, got '99999999999999999999'",
  ],
  ['BOOLEAN', 'BOOLEAN', 'yes', "wanted BOOLEAN, got 'yes'"],
  ['DOUBLE', 'DOUBLE', 'NaN', "wanted DOUBLE, got 'NaN'"],
  ['STRING', 'VARCHAR', 'a\0b', 'wanted VARCHAR, got text with U+0000'],
] as const)('%s to %s: %j is a fault', (field, type, text, reason) => {
  expect(decode(sourceOf([column('v', type)]), tuple({ v: field }), [text])).toEqual({ reason, column: 'v' });
});

test('columns are found by name whatever their place and case; all are checked, those kept are in the row', () => {
  const spec = sourceOf([column('userId', 'BIGINT'), column('note', 'VARCHAR', { nullable: false })], {
    keep: ['userId'],
  });
  const topic = tuple({ note: 'STRING', more: 'STRING', userid: 'BIGINT' });
  expect(decode(spec, topic, ['a', 'x', '5'])).toEqual({ userId: 5 });
  expect(decode(spec, topic, [null, 'x', '5'])).toEqual({
    reason: 'NULL in a column that is NOT NULL',
    column: 'note',
  });
});

test.each([
  ['premum', 'BIGINT', {}, "topic p.t has no field 'premum': did you mean 'premium'?"],
  ['zone', 'BIGINT', {}, "topic p.t has no field 'zone': it has premium, at"],
  ['premium', 'BIGINT', {}, "column 'premium' is BIGINT, which cannot hold the DOUBLE of topic p.t"],
  ['at', 'DATE', {}, "column 'at' is DATE, which cannot hold the BIGINT of topic p.t"],
  [
    'at',
    'TIMESTAMP(3)',
    {},
    "column 'at' is TIMESTAMP(3), which cannot hold the BIGINT of topic p.t: a time in numbers is declared as timestamp({ from: 'millis' }) or 'seconds'",
  ],
] as const)('a column %s of %s is exit 2', (name, type, more, message) => {
  const open = () =>
    decode(sourceOf([column(name, type, more)]), tuple({ premium: 'DOUBLE', at: 'BIGINT' }), []);
  expect(open).toThrow(expect.objectContaining({ exitCode: 2, message: `source 's': ${message}` }));
});

const two = sourceOf([column('a', 'VARCHAR'), column('b', 'VARCHAR')]);
const fewer = "source 's': p.t[3], sequence 7: 1 value, the topic has 2 fields (lengthCheck EXCEPTION)";
test.each([
  [undefined, ['x', 'y', 'z'], { a: 'x', b: 'y' }],
  [undefined, ['x'], { reason: '1 value, the topic has 2 fields' }],
  ['SKIP', ['x'], []],
  ['SKIP', ['x', 'y', 'z'], []],
  ['PAD', ['x'], { a: 'x', b: null }],
  ['PAD', ['x', 'y', 'z'], { a: 'x', b: 'y' }],
  ['EXCEPTION', ['x', 'y'], { a: 'x', b: 'y' }],
])('lengthCheck %s of %j is %j', (lengthCheck, data, result) => {
  const more = lengthCheck === undefined ? {} : { lengthCheck };
  expect(decode(two, tuple({ a: 'STRING', b: 'STRING' }), data, more)).toEqual(result);
});

test('lengthCheck EXCEPTION ends the run', () => {
  expect(() => decode(two, tuple({ a: 'STRING', b: 'STRING' }), ['x'], { lengthCheck: 'EXCEPTION' })).toThrow(
    expect.objectContaining({ exitCode: 1, message: fewer }),
  );
});

const filled = {
  metadata: { shard: 'shard-id', seq: 'sequence', exact: 'sequence', at: 'system-time' },
};
const withMetadata = sourceOf([
  column('shard', 'VARCHAR'),
  column('v', 'BIGINT'),
  column('seq', 'BIGINT'),
  column('exact', 'BIGINT(bigint)'),
  column('at', 'TIMESTAMP(3)'),
]);
const row = { shard: '3', v: 5, seq: 7, exact: 7n, at: 1_736_877_600_123 };
test.each([
  ['TUPLE', tuple({ v: 'BIGINT', seq: 'STRING' }), ['5', 'x'], {}],
  ['BLOB of JSON', BLOB, Buffer.from('{"v":5,"seq":"x"}'), {}],
  ['BLOB of CSV', BLOB, Buffer.from('5'), { format: 'csv' }],
])('metadata fills columns of %s', (_, topic, data, more) => {
  expect(decode(withMetadata, topic as TopicDescription, data, { ...filled, ...more })).toEqual(row);
});

test.each([
  [{ atx: 'system-time' }, "metadata.atx: the source has no column 'atx': did you mean 'at'?"],
  [{ v: 'shard-id' }, 'metadata.v: shard-id wants VARCHAR, and the column is BIGINT'],
])('metadata %j is exit 2', (metadata, message) => {
  expect(() => decode(withMetadata, BLOB, Buffer.from(''), { metadata })).toThrow(
    expect.objectContaining({ exitCode: 2, message: `source 's': ${message}` }),
  );
});

test.each([
  [tuple({ a: 'STRING', b: 'STRING' }), { format: 'json' }, 'format: p.t is a TUPLE topic, which has none'],
  [BLOB, { lengthCheck: 'PAD' }, 'lengthCheck: p.t is a BLOB topic, which has none'],
  [
    BLOB,
    { format: 'canal' },
    "messages of the format canal change rows by their key: declare it, source({ … }, { primaryKey: '…' })",
  ],
])('options that do not fit the topic are exit 2', (topic, more, message) => {
  expect(() => decode(two, topic, [], more)).toThrow(
    expect.objectContaining({ exitCode: 2, message: `source 's': ${message}` }),
  );
});

test('a BLOB record may say what changed in a table', () => {
  const spec = sourceOf([column('a', 'VARCHAR'), column('b', 'VARCHAR')]);
  const keyed = { ...spec, schema: { ...spec.schema, primaryKey: ['a'] } };
  const message = { type: 'DELETE', table: 'x', database: 'd', data: [{ a: '1', b: '2' }] };
  expect(decode(keyed, BLOB, Buffer.from(JSON.stringify(message)), { format: 'canal' })).toEqual([
    expect.objectContaining({ deleted: true }),
  ]);
});

test('quarantine sees a BLOB record as it came, and a TUPLE as its values', () => {
  expect(Buffer.from(record(['a', null]).raw).toString()).toBe('["a",null]');
  expect(Buffer.from(record(Buffer.from('x')).raw).toString()).toBe('x');
});
