import { expect, test } from '@jest/globals';
import {
  checkDataHubOptions,
  type DataHubSourceOptions,
} from '../../../src/connectors/datahub/datahub-options.ts';

const good: DataHubSourceOptions = {
  endPoint: 'https://dh-cn-hangzhou.aliyuncs.com',
  project: 'insurance',
  topic: 'orders',
  accessId: 'id',
  accessKey: 'secret-key',
};

test.each([
  [undefined, undefined],
  ['2025-01-15 02:00:00', Date.parse('2025-01-15T02:00:00Z')],
  ['2025-01-15 10:00:00 +08:00', Date.parse('2025-01-15T02:00:00Z')],
  ['2025-01-15T10:00:00+08:00', Date.parse('2025-01-15T02:00:00Z')],
])('startTime %j is %j', (startTime, begins) => {
  expect(checkDataHubOptions('s', startTime === undefined ? good : { ...good, startTime })).toBe(begins);
});

test.each([
  [{ endPoint: 'dh-cn-hangzhou' }, 'endPoint: wants https://host, without a path, a user or a password'],
  [{ endPoint: 'https://u:p@host' }, 'endPoint: wants https://host, without a path, a user or a password'],
  [{ endPoint: 'https://host/x' }, 'endPoint: wants https://host, without a path, a user or a password'],
  [{ endPoint: 'ftp://host' }, 'endPoint: wants https://host, without a path, a user or a password'],
  [{ project: 'a/b' }, "project: wants a letter, then letters, digits and underscores, not 'a/b'"],
  [{ topic: '' }, "topic: wants a letter, then letters, digits and underscores, not ''"],
  [{ accessId: '' }, 'accessId: is empty'],
  [{ accessKey: ' ' }, 'accessKey: is empty'],
  [{ securityToken: '' }, 'securityToken: is empty'],
  [{ format: 'avro' }, "format: wants json or csv or debezium or canal or maxwell or ogg, not 'avro'"],
  [{ startTime: 'soon' }, "startTime: wants a time like 2025-01-15 10:00:00, not 'soon'"],
  [{ until: 'now' }, "until: wants latest, not 'now'"],
  [{ lengthCheck: 'pad' }, "lengthCheck: wants NONE or SKIP or EXCEPTION or PAD, not 'pad'"],
  [{ metadata: { s: 'shard' } }, "metadata.s: wants shard-id or sequence or system-time, not 'shard'"],
  [{ subId: '' }, 'subId: wants the id of a subscription'],
  [{ maxFetchSize: 0 }, "maxFetchSize: wants a whole number above 0, not '0'"],
  [{ retryTimeout: 1.5 }, "retryTimeout: wants a whole number above 0, not '1.5'"],
])('%j is exit 2', (wrong, message) => {
  expect(() => checkDataHubOptions('s', { ...good, ...wrong } as DataHubSourceOptions)).toThrow(
    expect.objectContaining({ exitCode: 2, message: `source 's': ${message}` }),
  );
});
