import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { datahubClient } from '../../../src/connectors/datahub/datahub-client.ts';
import type { DataHubConnection } from '../../../src/connectors/datahub/datahub-connection.ts';
import type { DataHubPort } from '../../../src/connectors/datahub/datahub-port.ts';
import { startDataHubServer, type TestDataHub } from './datahub-server.ts';

let hub: TestDataHub;
const ports: DataHubPort[] = [];
beforeEach(async () => {
  hub = await startDataHubServer({ securityToken: 'sts-token' });
});
afterEach(async () => {
  for (const port of ports.splice(0)) port.close();
  await hub.close();
});

function connect(more: Partial<DataHubConnection> = {}, silence?: number): DataHubPort {
  const { endPoint, project, accessId, accessKey } = hub;
  const port = datahubClient(
    { endPoint, project, accessId, accessKey, securityToken: 'sts-token', topic: 't', ...more },
    silence,
  );
  ports.push(port);
  return port;
}

test('a topic is described, written and read from any place', async () => {
  hub.createTopic('t', { fields: { id: 'BIGINT', note: 'STRING' }, shards: 2 });
  const port = connect();
  expect(await port.describe()).toEqual({
    type: 'TUPLE',
    fields: [
      { name: 'id', type: 'BIGINT', notNull: false },
      { name: 'note', type: 'STRING', notNull: false },
    ],
  });
  const big = '9223372036854775807';
  expect(
    await port.write([
      { shard: '0', data: [big, 'ä"\n'], attributes: { a: 'b' } },
      { shard: '0', data: ['x', null], attributes: {} },
      { shard: '0', data: ['2', null], attributes: {} },
    ]),
  ).toEqual([{ index: 1, code: 'MalformedRecord', message: "'x' is no BIGINT" }]);
  const { cursor, sequence } = await port.cursor('0', 'oldest');
  expect(sequence).toBe(0);
  const first = await port.read('0', cursor, 1);
  expect(first.records.map(({ data }) => data)).toEqual([[big, 'ä"\n']]);
  expect(first.records[0]?.attributes).toEqual({ a: 'b' });
  expect(first.latest).toBe(1);
  const { records, next } = await port.read('0', first.next, 10);
  expect(records).toEqual([{ sequence: 1, time: expect.any(Number), data: ['2', null], attributes: {} }]);
  expect((await port.read('0', next, 10)).records).toEqual([]);
  expect((await port.cursor('0', { sequence: 1 })).sequence).toBe(1);
  expect((await port.cursor('0', { time: 0 })).sequence).toBe(0);
  expect((await port.cursor('0', 'latest')).sequence).toBe(1);
});

test('bytes of a BLOB topic; shards with their parents and states', async () => {
  const topic = hub.createTopic('t', { type: 'BLOB' });
  hub.put('t', '0', [Buffer.from([0, 255, 10])]);
  topic.split('0');
  const port = connect();
  const { cursor } = await port.cursor('0', 'oldest');
  const { records, next } = await port.read('0', cursor, 10);
  expect(records.map(({ data }) => Buffer.from(data as Uint8Array).toString('hex'))).toEqual(['00ff0a']);
  await expect(port.read('0', next, 10)).rejects.toMatchObject({ kind: 'sealed' });
  const shards = await port.shards();
  expect(shards.map(({ id, state, parents }) => [id, state, ...parents])).toEqual([
    ['0', 'CLOSED'],
    ['1', 'ACTIVE', '0'],
    ['2', 'ACTIVE', '0'],
  ]);
  expect(shards[1]?.keys).toEqual({ begin: '0'.repeat(32), end: `8${'0'.repeat(31)}` });
});

test.each([
  [{ code: 'LimitExceeded' }, 'away', 'LimitExceeded: LimitExceeded'],
  [{ code: 'InternalServerError', status: 500, message: 'm' }, 'away', 'InternalServerError: m'],
  [{ code: 'SeekOutOfRange' }, 'gone', 'SeekOutOfRange: SeekOutOfRange (request r-1)'],
  [{ code: 'InvalidShardOperation' }, 'sealed', 'InvalidShardOperation: InvalidShardOperation (request r-1)'],
  [{ code: 'InvalidCursor' }, 'cursor', 'InvalidCursor: InvalidCursor (request r-1)'],
  [{ code: 'NoSuchShard' }, 'missing', 'NoSuchShard: NoSuchShard (request r-1)'],
  [
    { code: 'NoPermission', status: 403, message: 'no: test-secret-key sts-token' },
    'final',
    'NoPermission: no: *** *** (request r-1)',
  ],
] as const)('the answer %j is %s', async (as, kind, message) => {
  hub.createTopic('t', {});
  hub.fail({ as });
  await expect(connect().describe()).rejects.toMatchObject({ kind, message, code: as.code });
});

test.each(['drop', 'half', 'silence'] as const)('%s is away', async (as) => {
  hub.createTopic('t', {});
  hub.fail({ as });
  await expect(connect({}, 100).describe()).rejects.toMatchObject({ kind: 'away', code: undefined });
});

test('a connection that was closed while it was kept is no fault', async () => {
  hub.createTopic('t', {});
  const port = connect();
  await port.describe();
  hub.fail({ as: 'drop' });
  await expect(port.describe()).resolves.toMatchObject({ type: 'TUPLE' });
  expect(hub.calls.topic).toBe(3);
});

test('who we are, the temporary token and the clock are checked', async () => {
  hub.createTopic('t', {});
  const unauthorized = (message: string) => ({ kind: 'final', code: 'Unauthorized', message });
  await expect(connect({ accessKey: 'other' }).describe()).rejects.toMatchObject(
    unauthorized('Unauthorized: The request signature is wrong (request r-1)'),
  );
  await expect(connect({ securityToken: 'other' }).describe()).rejects.toMatchObject(
    unauthorized('Unauthorized: The security token is invalid (request r-2)'),
  );
  hub.setClock(3_600_000);
  await expect(connect().describe()).rejects.toMatchObject({
    code: 'Unauthorized',
    message: expect.stringMatching(
      /time of the service; the clock of this machine differs from the service's by 3(599|600) s \(request r-3\)$/,
    ),
  });
});

test('a subscription keeps version and session exactly', async () => {
  hub.createTopic('t', {});
  const subscription = hub.subscription('t', 'sub');
  const port = connect();
  const opened = await port.openSubscription('sub', ['0']);
  expect(opened.get('0')).toMatchObject({ sequence: -1, session: '9007199254740995' });
  const offset = opened.get('0') as NonNullable<ReturnType<typeof opened.get>>;
  await port.commit('sub', new Map([['0', { ...offset, sequence: 7, time: 5 }]]));
  expect(subscription.sequences).toEqual({ 0: 7 });
  await connect().openSubscription('sub', ['0']);
  await expect(port.commit('sub', opened)).rejects.toMatchObject({ code: 'OffsetSessionChanged' });
});

test('closing ends what is under way', async () => {
  hub.createTopic('t', {});
  hub.fail({ as: 'silence' });
  const port = connect();
  const waiting = port.describe();
  const ended = expect(waiting).rejects.toMatchObject({ kind: 'final', message: 'closed' });
  while (hub.calls.topic === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  port.close();
  await ended;
  await expect(port.describe()).rejects.toMatchObject({ message: 'closed' });
});

test('a server that does not speak TLS is nothing to wait for', async () => {
  hub.createTopic('t', {});
  const endPoint = hub.endPoint.replace('http:', 'https:');
  await expect(connect({ endPoint }).describe()).rejects.toMatchObject({ kind: 'final' });
});
