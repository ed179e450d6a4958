import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { startDataHubServer, type TestDataHub } from './datahub-server.ts';
import { Reading, range, take, tuples, until } from './read-topic.ts';
import type { StoredTopic, TopicMaking } from './stored-topic.ts';

jest.setTimeout(10_000);

let hub: TestDataHub;
let reading: Reading;
beforeEach(async () => {
  hub = await startDataHubServer();
  reading = new Reading(hub);
});
afterEach(async () => {
  expect(reading.lines.join()).not.toContain(hub.accessKey);
  await reading.close();
  await hub.close();
});

const make = (making: TopicMaking = {}): StoredTopic =>
  hub.createTopic('t', { fields: { n: 'BIGINT' }, ...making });
const put = (shard: string, from: number, to: number, time?: number) =>
  hub.put('t', shard, tuples(from, to), time);

describe('a service in trouble', () => {
  test.each([
    ['wants fewer calls', { code: 'LimitExceeded', message: 'slow down' }, 'LimitExceeded: slow down'],
    ['fails', { code: 'InternalServerError', status: 500, message: 'oops' }, 'InternalServerError: oops'],
    ['cuts connections', 'drop', 'socket hang up'],
    ['answers in part', 'half', 'aborted'],
  ] as const)('that %s is waited for, told once, and loses no record', async (_, as, reason) => {
    make({ shards: 3 });
    for (const shard of ['0', '1', '2']) put(shard, 0, 300);
    const source = await reading.open({ maxFetchSize: 100 });
    hub.fail({ action: 'sub', times: 12, as });
    const { byShard } = await take(source, 900);
    expect(byShard).toEqual({ 0: range(0, 300), 1: range(0, 300), 2: range(0, 300) });
    await until(() => reading.lines.length > 1);
    expect(reading.lines).toEqual([
      expect.stringMatching(`^DataHub at 127.0.0.1:\\d+: ${reason}; waiting until it is back$`),
      expect.stringMatching(/^DataHub at 127.0.0.1:\d+: back after [\d.]+ s$/),
    ]);
  });

  test('cursors that expire are got anew without a word', async () => {
    const topic = make();
    put('0', 0, 500);
    const source = await reading.open({ maxFetchSize: 10, maxBufferSize: 10 });
    const early = await take(source, 100, 10);
    topic.age++;
    expect([...early.all, ...(await take(source, 400)).all]).toEqual(range(0, 500));
    expect(reading.lines).toEqual([]);
  });

  test('a service that takes none of its own cursors is waited for', async () => {
    make();
    put('0', 0, 5);
    hub.fail({ action: 'sub', times: 3, as: { code: 'InvalidCursor', message: 'no' } });
    expect((await take(await reading.open(), 5)).all).toEqual(range(0, 5));
    await until(() => reading.lines.length > 1);
    expect(reading.lines[0]).toMatch(/: InvalidCursor: no; waiting until it is back$/);
  });

  test('a shard that is tried for retryTimeout in vain ends the run', async () => {
    make();
    const source = await reading.open({ retryTimeout: 200, retryInterval: 20 });
    hub.fail({ action: 'sub', times: 1000, as: { code: 'LimitExceeded', message: 'slow down' } });
    await expect(take(source, 1)).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(
        /^source 's': DataHub at 127.0.0.1:\d+: LimitExceeded: slow down; tried for 0.2 s \(retryTimeout\)$/,
      ),
    });
  });

  test('records of one sequence, written as a batch, end the run: they would be lost in a restart', async () => {
    const topic = make();
    put('0', 0, 3);
    const { records } = topic.shard('0');
    records[2] = { ...(records[2] as (typeof records)[number]), sequence: 1 };
    await expect(take(await reading.open(), 3)).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('insurance.t[0] has several records of the sequence 1'),
    });
  });

  test('nothing is read ahead beyond the buffer', async () => {
    make({ shards: 2 });
    put('0', 0, 5000);
    put('1', 0, 5000);
    const source = await reading.open({ maxFetchSize: 100, maxBufferSize: 300 });
    await take(source, 1);
    let before = -1;
    while (before !== hub.calls.sub) {
      before = hub.calls.sub ?? 0;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    // One hundred were taken; each shard may have one more call under way when it is full.
    expect(hub.calls.sub).toBeLessThanOrEqual(6);
    expect((await take(source, 9999)).all).toHaveLength(9999);
  });

  test.each([
    [
      { topic: 'x' },
      /^source 's': DataHub at 127.0.0.1:\d+ has no topic insurance.x: NoSuchTopic: .* \(request r-\d+\)$/,
    ],
    [{ accessKey: 'other' }, /^source 's': DataHub at 127.0.0.1:\d+: Unauthorized: .* \(request r-\d+\)$/],
  ])('%j is exit 2 at the start', async (more, message) => {
    make();
    await expect(reading.open(more)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(message),
    });
  });

  test('a service that is away at the start is waited for', async () => {
    make();
    put('0', 0, 1);
    await hub.stop();
    const opening = reading.open();
    await until(() => reading.lines.length > 0);
    await hub.restart();
    expect((await take(await opening, 1)).all).toEqual([0]);
    expect(reading.lines[0]).toMatch(/ECONNREFUSED.*; waiting until it is back$/);
  });
});

describe('a subscription is told what is durable', () => {
  test('sequences of all shards, at the end the last ones', async () => {
    make({ shards: 2 });
    const subscription = hub.subscription('t', 'sub');
    put('0', 0, 10, 5000);
    const source = await reading.open({ subId: 'sub' });
    const { position } = await take(source, 10);
    source.durable?.(position as NonNullable<typeof position>);
    await until(() => subscription.sequences[0] === 9);
    expect(subscription.shards.get('0')?.Timestamp).toBe(5000);
    put('1', 0, 3);
    const late = await take(source, 3);
    source.durable?.(late.position as NonNullable<typeof position>);
    await source.close();
    expect(subscription.sequences).toEqual({ 0: 9, 1: 2 });
    expect(reading.lines).toEqual([]);
  });

  test('nothing of a shard that is gone', async () => {
    const topic = make();
    const subscription = hub.subscription('t', 'sub');
    put('0', 0, 3);
    topic.split('0');
    put('1', 3, 5);
    const source = await reading.open({ subId: 'sub' });
    const { position } = await take(source, 5);
    topic.shards.delete('0');
    const before = hub.calls.shards as number;
    await until(() => (hub.calls.shards as number) > before + 1);
    source.durable?.(position as NonNullable<typeof position>);
    await until(() => subscription.sequences[1] === 1);
    expect(subscription.sequences).toEqual({ 1: 1 });
  });

  test.each(['OffsetSessionChanged', 'OffsetReseted', 'OffsetSessionClosed'])(
    '%s: it is left to whoever has it, told once, and reading goes on',
    async (code) => {
      make();
      hub.subscription('t', 'sub');
      put('0', 0, 10);
      const source = await reading.open({ subId: 'sub' });
      hub.fail({ action: 'commit', as: { code } });
      const { position } = await take(source, 5);
      source.durable?.(position as NonNullable<typeof position>);
      await until(() => reading.lines.length > 0);
      const late = await take(source, 5);
      source.durable?.(late.position as NonNullable<typeof position>);
      await source.close();
      expect(hub.calls.commit).toBe(1);
      expect(late.all).toEqual(range(5, 10));
      expect(reading.lines).toEqual([
        expect.stringMatching(`^subscription sub is not told what is durable any more: ${code}`),
      ]);
    },
  );

  test('a subscription that is offline, or not there, ends nothing', async () => {
    make();
    hub.subscription('t', 'sub').online = false;
    put('0', 0, 10);
    const source = await reading.open({ subId: 'sub' });
    const { position } = await take(source, 10);
    source.durable?.(position as NonNullable<typeof position>);
    await source.close();
    expect(reading.lines).toEqual([
      expect.stringMatching(/^subscription sub is not told what is durable: SubscriptionOffline/),
    ]);
  });
});
