import { expect, test } from '@jest/globals';
import { checkTableOptions, topicOf } from '../../../src/connectors/kafka/kafka-table-options.ts';
import { table } from '../sql/fixture.ts';

const brokers = ['host:9092'];

test.each<[string, object, string]>([
  ['no brokers', { brokers: [] }, "tables in Kafka: brokers: wants a list like ['host:9092']"],
  ['a broker without a port', { brokers: ['host'] }, "tables in Kafka: brokers: wants host:port, not 'host'"],
  [
    'a compression',
    { brokers, compression: 'zstd' },
    "tables in Kafka: compression: wants none or gzip or snappy or lz4, not 'zstd'",
  ],
  [
    'a count',
    { brokers, partitions: 0 },
    "tables in Kafka: partitions: wants a whole number above 0, not '0'",
  ],
  [
    'a time',
    { brokers, transactionTimeoutMs: 1.5 },
    "tables in Kafka: transactionTimeoutMs: wants a whole number above 0, not '1.5'",
  ],
  ['an empty fence', { brokers, fenceTopic: '' }, 'tables in Kafka: fenceTopic: wants the name of a topic'],
  [
    'an empty prefix',
    { brokers, transactionalIdPrefix: '' },
    'tables in Kafka: transactionalIdPrefix: wants a text',
  ],
  [
    'an empty topic',
    { brokers, tables: { t: { topic: '' } } },
    "table 't' in Kafka: topic: wants the name of a topic",
  ],
  [
    'a mode',
    { brokers, tables: { t: { mode: 'insert' } } },
    "table 't' in Kafka: mode: wants upsert or append, not 'insert'",
  ],
  [
    'a format',
    { brokers, tables: { t: { format: 'csv' } } },
    "table 't' in Kafka: format: wants json, not 'csv'",
  ],
  [
    'a mechanism',
    { brokers, sasl: { mechanism: 'md5' } },
    "tables in Kafka: sasl.mechanism: wants plain or scram-sha-256 or scram-sha-512, not 'md5'",
  ],
  [
    'no password',
    { brokers, sasl: { mechanism: 'plain', username: 'u' } },
    'tables in Kafka: sasl: wants username and password',
  ],
])('%s: exit 2', (_, options, message) => {
  const check = () => checkTableOptions(options as Parameters<typeof checkTableOptions>[0]);
  expect(check).toThrow(expect.objectContaining({ exitCode: 2, message }));
});

test('what is left out has its default', () => {
  const schema = { ...table('premium', 1, { k: 'INT' }), tableName: 'premium_by_day' };
  checkTableOptions({ brokers });
  expect(topicOf({ brokers }, schema)).toEqual({ topic: 'premium_by_day', mode: 'upsert', format: 'json' });
  const tables = { premium: { topic: 'p', mode: 'append' } } as const;
  expect(topicOf({ brokers, tables }, schema)).toEqual({ topic: 'p', mode: 'append', format: 'json' });
});
