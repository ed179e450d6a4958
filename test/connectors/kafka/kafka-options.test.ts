import { expect, test } from '@jest/globals';
import { checkKafkaOptions, type KafkaSourceOptions } from '../../../src/connectors/kafka/kafka-options.ts';

const good: KafkaSourceOptions = { brokers: ['a:9092'], topic: 't', format: 'json' };

test.each([
  [undefined, 'earliest'],
  ['earliest', 'earliest'],
  ['latest', 'latest'],
  ['2025-01-15T10:00:00+08:00', Date.parse('2025-01-15T02:00:00Z')],
  ['2025-01-15 02:00:00', Date.parse('2025-01-15T02:00:00Z')],
])('startFrom %j is %j', (startFrom, begins) => {
  expect(checkKafkaOptions('s', startFrom === undefined ? good : { ...good, startFrom })).toBe(begins);
});

test.each([
  [{ brokers: [] }, "brokers: wants a list like ['host:9092']"],
  [{ brokers: ['host'] }, "brokers: wants host:port, not 'host'"],
  [{ brokers: ['kafka://me:s3cret@host:9092'] }, "brokers: wants host:port, not '…@host:9092'"],
  [{ topic: '' }, 'topic: wants the name of a topic'],
  [
    { format: 'avro' },
    "format: wants json or csv or debezium or canal or maxwell or ogg or upsert, not 'avro'",
  ],
  [
    { startFrom: 'soon' },
    "startFrom: wants earliest, latest or a time like 2025-01-15T10:00:00Z, not 'soon'",
  ],
  [{ until: 'now' }, "until: wants latest, not 'now'"],
  [{ isolation: 'none' }, "isolation: wants read_committed or read_uncommitted, not 'none'"],
  [{ groupId: '' }, 'groupId: wants the name of a consumer group'],
  [{ sasl: { mechanism: 'plain', username: 'u', password: '' } }, 'sasl: wants username and password'],
  [{ maxBufferedBytes: 0 }, "maxBufferedBytes: wants a whole number above 0, not '0'"],
])('%j is exit 2', (wrong, message) => {
  expect(() => checkKafkaOptions('s', { ...good, ...wrong } as KafkaSourceOptions)).toThrow(
    expect.objectContaining({ exitCode: 2, message: `source 's': ${message}` }),
  );
});
