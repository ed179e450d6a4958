// The server against the SDK as it is: what the connector is tested with is not only what the connector says.
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Fields } from './ots-messages.ts';
import { type OtsServer, startOtsServer } from './ots-server.ts';

const sdk: Fields = createRequire(import.meta.url)('tablestore');
const { Long, Condition, RowExistenceExpectation, UpdateType } = sdk;
const existence = (name: string) => new Condition(RowExistenceExpectation[name], null);

let server: OtsServer;
let client: Fields;

beforeAll(async () => {
  server = await startOtsServer();
  client = new sdk.Client({
    endpoint: server.endPoint,
    instancename: server.instanceName,
    accessKeyId: server.accessId,
    secretAccessKey: server.accessKey,
    maxRetries: 0,
  });
  await client.createTable({
    tableMeta: {
      tableName: 't',
      primaryKey: [
        { name: 'a', type: 'STRING' },
        { name: 'b', type: 'INTEGER' },
      ],
    },
    reservedThroughput: { capacityUnit: { read: 0, write: 0 } },
    tableOptions: { timeToLive: -1, maxVersions: 1 },
  });
});
afterAll(() => server.close());

const primaryKey = [{ a: 'é' }, { b: Long.fromString('-9223372036854775808') }];
const plain = ({ row }: Fields) =>
  Object.fromEntries(
    (row.attributes ?? []).map(({ columnName, columnValue }: Fields) => [columnName, String(columnValue)]),
  );
const get = async () => plain(await client.getRow({ tableName: 't', primaryKey }));

test('rows one by one', async () => {
  const common = { tableName: 't', primaryKey };
  expect(await get()).toEqual({});
  await client.putRow({
    ...common,
    condition: existence('EXPECT_NOT_EXIST'),
    attributeColumns: [
      { text: '千' },
      { whole: Long.fromString('9007199254740993') },
      { real: 0.5 },
      { flag: true },
    ],
  });
  expect(await get()).toEqual({ text: '千', whole: '9007199254740993', real: '0.5', flag: 'true' });
  await client.updateRow({
    ...common,
    condition: new Condition(
      RowExistenceExpectation.EXPECT_EXIST,
      new sdk.SingleColumnCondition('real', 0.4, sdk.ComparatorType.GREATER_THAN, false),
    ),
    updateOfAttributeColumns: [
      { [UpdateType.PUT]: [{ real: 1 }] },
      { [UpdateType.DELETE_ALL]: ['text', 'flag'] },
    ],
  });
  expect(await get()).toEqual({ whole: '9007199254740993', real: '1' });
  await client.deleteRow({ ...common, condition: existence('EXPECT_EXIST') });
  await expect(client.deleteRow({ ...common, condition: existence('EXPECT_EXIST') })).rejects.toMatchObject({
    code: 403,
    message: expect.stringContaining('OTSConditionCheckFail'),
  });
});

test('rows in batches: each for itself', async () => {
  const rows = ['EXPECT_EXIST', 'IGNORE'].map((condition, i) => ({
    type: 'PUT',
    condition: existence(condition),
    primaryKey: [{ a: 'x' }, { b: Long.fromNumber(i) }],
    attributeColumns: [{ v: 'w' }],
  }));
  const written = await client.batchWriteRow({ tables: [{ tableName: 't', rows }] });
  expect(written.tables.map(({ isOk, errorCode }: Fields) => [isOk, errorCode])).toEqual([
    [false, 'OTSConditionCheckFail'],
    [true, null],
  ]);
  const keys = rows.map((row) => row.primaryKey);
  const read = await client.batchGetRow({ tables: [{ tableName: 't', primaryKey: keys }] });
  expect(read.tables[0].map(({ primaryKey: key }: Fields) => key !== null)).toEqual([false, true]);
  await expect(
    client.batchWriteRow({ tables: [{ tableName: 't', rows: [rows[0], rows[0]] }] }),
  ).rejects.toThrow(/OTSParameterInvalid.*Duplicated/s);
});

test('tables', async () => {
  expect((await client.listTable({})).tableNames).toEqual(['t']);
  await expect(client.describeTable({ tableName: 'none' })).rejects.toThrow(/OTSObjectNotExist/);
});

test('more rows than a batch has are refused', async () => {
  const keys = Array.from({ length: 101 }, (_, i) => [{ a: 'x' }, { b: Long.fromNumber(i) }]);
  await expect(client.batchGetRow({ tables: [{ tableName: 't', primaryKey: keys }] })).rejects.toThrow(
    /Rows count 101 is not in range: \[1, 100\]/,
  );
});
