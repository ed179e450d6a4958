import { expect, test } from '@jest/globals';
import { openOtsDatabase } from '../../../src/connectors/ots/ots-database.ts';
import { checkOtsOptions, type OtsOptions } from '../../../src/connectors/ots/ots-options.ts';
import { MillraceError } from '../../../src/errors.ts';

const right: OtsOptions = {
  endPoint: 'https://instance.cn-hangzhou.ots.aliyuncs.com',
  instanceName: 'instance',
  accessId: 'id',
  accessKey: 'hush',
};

test('the defaults', () => {
  expect(checkOtsOptions('t', right)).toEqual({
    ...right,
    retryIntervalMs: 1000,
    maxRetryTimes: 100,
    connectTimeout: 30_000,
    socketTimeout: 30_000,
    batchSize: 100,
    fenceTable: 'millrace_fence',
  });
});

test('options of no one table are named by the product', async () => {
  await expect(openOtsDatabase({ ...right, accessKey: '' })).rejects.toThrow(
    'Tablestore: accessKey: wants a text',
  );
});

test.each<readonly [Record<string, unknown>, string]>([
  [{ endPoint: undefined }, 'endPoint: wants the address alone'],
  [{ endPoint: 'instance.cn-hangzhou.ots.aliyuncs.com' }, 'endPoint: wants the address alone'],
  [{ endPoint: 'ftp://instance' }, 'endPoint: wants the address alone'],
  [{ endPoint: 'https://user:hush@instance' }, 'endPoint: wants the address alone'],
  [{ endPoint: 'https://instance/path' }, 'endPoint: wants the address alone'],
  [{ instanceName: '' }, 'instanceName: wants a text'],
  [{ accessId: 5 }, 'accessId: wants a text'],
  [{ accessKey: undefined }, 'accessKey: wants a text'],
  [{ securityToken: '' }, 'securityToken: wants a text'],
  [{ tableName: '1st' }, "tableName: wants letters, digits and _, no digit first, not '1st'"],
  [{ fenceTable: 'a-b' }, "fenceTable: wants letters, digits and _, no digit first, not 'a-b'"],
  [{ fenceTable: 'x', tableName: 'x' }, "fenceTable: 'x' is the table of the rows"],
  [{ batchSize: 201 }, "batchSize: wants a whole number from 1 to 200, not '201'"],
  [{ batchSize: 0 }, 'batchSize: wants a whole number'],
  [{ maxRetryTimes: -1 }, 'maxRetryTimes: wants a whole number'],
  [{ retryIntervalMs: 1.5 }, 'retryIntervalMs: wants a whole number'],
  [{ connectTimeout: '30' }, 'connectTimeout: wants a whole number'],
  [{ socketTimeout: Number.NaN }, 'socketTimeout: wants a whole number'],
])('%j is refused', (wrong, text) => {
  let error: unknown;
  try {
    checkOtsOptions('alerts', { ...right, ...wrong } as OtsOptions);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(MillraceError);
  const { exitCode, message } = error as MillraceError;
  expect([exitCode, message]).toEqual([2, expect.stringContaining(`table 'alerts': ${text}`)]);
  expect(message).not.toMatch(/hush/);
});
