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

/** Waits until records were asked for some times more. */
async function askedAgain(): Promise<void> {
  const before = hub.calls.sub ?? 0;
  await until(() => (hub.calls.sub ?? 0) > before + 3);
}

describe('where it begins and ends', () => {
  test('until latest: what is there at the start, of each shard in order, none twice; a bad value is told', async () => {
    make({ shards: 3 });
    put('0', 0, 2500);
    hub.put('t', '1', [['7'], [null], ['9007199254740993'], ['8']]);
    const source = await reading.open({ until: 'latest' });
    put('0', 2500, 2600);
    const taken = await take(source);
    expect(taken.byShard).toEqual({ 0: range(0, 2500), 1: [7, null, 8] });
    expect(taken.faults).toEqual([
      `insurance.t[1]@2 n: wanted BIGINT, got '9007199254740993': ["9007199254740993"]`,
    ]);
    expect(taken.position).toEqual({ topic: 'insurance.t', offsets: { 0: 2500, 1: 4, 2: 0 } });
    expect(reading.lines).toEqual([]);
  });

  test('startTime: the first record from then on; a shard without one at its end', async () => {
    make({ shards: 3 });
    put('0', 0, 5, Date.parse('2025-01-15T01:59:59Z'));
    put('0', 5, 9, Date.parse('2025-01-15T02:00:00Z'));
    put('1', 0, 5, Date.parse('2025-01-15T00:00:00Z'));
    const source = await reading.open({ startTime: '2025-01-15 10:00:00+08:00' });
    const early = await take(source, 4);
    expect(early.position).toMatchObject({ offsets: { 0: 9, 1: 5, 2: 0 } });
    put('1', 5, 7);
    put('2', 0, 2);
    const late = await take(source, 4);
    expect(early.byShard).toEqual({ 0: range(5, 9) });
    expect(late.byShard).toEqual({ 1: [5, 6], 2: [0, 1] });
  });

  test('startTime in a topic that was split: shards that ended before are passed over', async () => {
    const topic = make();
    put('0', 0, 5, 1000);
    topic.split('0');
    put('1', 5, 8, 2000);
    put('1', 8, 10, 3000);
    put('2', 20, 22, 3000);
    const source = await reading.open({ startTime: '1970-01-01 00:00:03', until: 'latest' });
    expect((await take(source)).byShard).toEqual({ 1: [8, 9], 2: [20, 21] });
  });

  test.each([{}, { strictSeek: true }])('%j: from a position, also one at the end', async (making) => {
    make({ shards: 2, ...making });
    put('0', 0, 10);
    put('1', 0, 10);
    const first = await take(await reading.open(), 13, 3);
    const second = await take(await reading.open({}, first.position), 7);
    for (const shard of ['0', '1'])
      expect([...(first.byShard[shard] ?? []), ...(second.byShard[shard] ?? [])]).toEqual(range(0, 10));
    const third = await reading.open({}, second.position);
    await askedAgain();
    put('1', 10, 12);
    expect((await take(third, 2)).byShard).toEqual({ 1: [10, 11] });
    expect(reading.lines).toEqual([]);
  });

  test('a position of another topic, or of one that was made anew, is refused', async () => {
    make();
    put('0', 0, 10);
    const { position } = await take(await reading.open(), 10);
    hub.createTopic('u', { fields: { n: 'BIGINT' } });
    await expect(reading.open({ topic: 'u' }, position)).rejects.toMatchObject({ exitCode: 3 });
    make();
    put('0', 0, 3);
    await expect(take(await reading.open({}, position))).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining(
        "source 's': insurance.t[0] ends at sequence 2, and was read up to 9: the topic was made anew",
      ),
    });
  });
});

describe('records and shards that are gone', () => {
  test('what retention took is told, and reading goes on behind it', async () => {
    const topic = make();
    put('0', 0, 5);
    const { position } = await take(await reading.open(), 3);
    put('0', 5, 10);
    topic.expire('0', 6);
    const rest = await take(await reading.open({}, position), 4);
    expect(rest.all).toEqual(range(6, 10));
    expect(reading.lines).toEqual([
      "source 's': records of insurance.t[0] are gone before they were read (retention): from sequence 3 to 5, 3 records; reading goes on at 6",
    ]);
  });

  test('retention that takes what is about to be read is told, too', async () => {
    const topic = make();
    put('0', 0, 10);
    const source = await reading.open({ maxFetchSize: 2, maxBufferSize: 2 });
    await take(source, 1);
    await until(() => (hub.calls.sub ?? 0) > 0);
    topic.expire('0', 8);
    expect((await take(source, 3)).all).toEqual([1, 8, 9]);
    expect(reading.lines).toEqual([expect.stringContaining('from sequence 2 to 7, 6 records')]);
  });

  test('all records expired: it waits for those that come', async () => {
    const topic = make({ strictSeek: true });
    put('0', 0, 5);
    const { position } = await take(await reading.open(), 5);
    topic.expire('0', 5);
    const source = await reading.open({}, position);
    await askedAgain();
    put('0', 5, 7);
    expect((await take(source, 2)).all).toEqual([5, 6]);
    expect(reading.lines).toEqual([]);
  });

  test('a shard of the position that is no longer listed is told, except where it was read to its end', async () => {
    const topic = make({ shards: 2 });
    put('0', 0, 4);
    put('1', 0, 4);
    topic.split('0');
    put('2', 4, 5);
    const { position } = await take(await reading.open(), 9);
    topic.shards.delete('0');
    topic.shards.delete('1');
    put('2', 5, 6);
    const later = await take(await reading.open({}, position), 1);
    expect(later.all).toEqual([5]);
    expect(later.position).toMatchObject({ offsets: { 2: 2 } });
    await reading.open({}, later.position);
    expect(reading.lines.filter((line) => line.includes('gone'))).toEqual([
      "source 's': insurance.t[1] is gone, it was read up to sequence 3; what it may have held behind that was not read",
    ]);
  });

  test('a shard that goes while it is read is told, and those that follow it are read', async () => {
    const topic = make();
    put('0', 0, 4);
    const source = await reading.open();
    await take(source, 4);
    topic.split('0');
    topic.shards.delete('0');
    put('1', 4, 6);
    expect((await take(source, 2)).byShard).toEqual({ 1: [4, 5] });
    expect(reading.lines).toContain(
      "source 's': insurance.t[0] is gone, it was read up to sequence 3; what it may have held behind that was not read",
    );
  });

  test('a topic that goes while it is read ends the run', async () => {
    make();
    put('0', 0, 1);
    const source = await reading.open({ topic: 't' });
    await take(source, 1);
    hub.fail({ times: 100, as: { code: 'NoSuchTopic', status: 404 } });
    await expect(take(source, 1)).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/^source 's': DataHub at 127.0.0.1:\d+: NoSuchTopic/),
    });
  });
});

describe('shards that are split and merged', () => {
  test.each([{}, { quietEnd: true }])(
    '%j: those that follow are read after them, however late',
    async (making) => {
      const topic = make(making);
      put('0', 0, 2000);
      topic.split('0');
      put('1', 2000, 2100);
      put('2', 3000, 3100);
      topic.merge('1', '2');
      put('3', 4000, 4100);
      const source = await reading.open({ maxFetchSize: 100, maxBufferSize: 100 });
      const { all } = await take(source, 2300, 50);
      expect(all.slice(0, 2000)).toEqual(range(0, 2000));
      expect(all.slice(2200)).toEqual(range(4000, 4100));
      expect(all.slice(2000, 2200).sort()).toEqual([...range(2000, 2100), ...range(3000, 3100)].sort());
    },
  );

  test('while it reads, and from any position after', async () => {
    const topic = make();
    put('0', 0, 10);
    const source = await reading.open({ shardDiscoveryMs: 60_000 });
    const first = await take(source, 6);
    topic.split('0');
    put('1', 10, 15);
    put('2', 20, 25);
    const rest = await take(source, 14, 3);
    expect(rest.all.slice(0, 4)).toEqual(range(6, 10));
    expect(rest.byShard).toEqual({ 0: range(6, 10), 1: range(10, 15), 2: range(20, 25) });
    expect(reading.lines).toEqual(["source 's': insurance.t has new shards: 1, 2"]);
    await source.close();
    const again = await take(await reading.open({}, first.position), 14);
    expect(again.byShard).toEqual(rest.byShard);
    put('1', 15, 16);
    expect((await take(await reading.open({}, rest.position), 1)).byShard).toEqual({ 1: [15] });
  });

  test('a position names those that follow once it is behind those that they were made from', async () => {
    const topic = make();
    put('0', 0, 5);
    topic.split('0');
    put('1', 5, 7);
    const source = await reading.open();
    expect((await take(source, 3)).position).toEqual({ topic: 'insurance.t', offsets: { 0: 3 } });
    expect((await take(source, 3)).position).toEqual({ topic: 'insurance.t', offsets: { 0: 5, 1: 1 } });
  });

  test('a parent that is not in the position, but its child is, is not read again', async () => {
    const topic = make();
    put('0', 0, 3, 1000);
    topic.split('0');
    put('1', 5, 7, 3000);
    const { position } = await take(await reading.open({ startTime: '1970-01-01 00:00:02' }), 2);
    expect(position).toMatchObject({ offsets: { 1: 2, 2: 0 } });
    put('2', 8, 9);
    expect((await take(await reading.open({}, position), 1)).all).toEqual([8]);
  });

  test('a topic that is extended: the new shard is read from its beginning', async () => {
    const topic = make();
    put('0', 0, 3);
    const source = await reading.open();
    await take(source, 3);
    const id = topic.extend();
    put(id, 7, 9);
    expect((await take(source, 2)).byShard).toEqual({ [id]: [7, 8] });
  });

  test('until latest ends with shards that are closed, and does not follow what comes later', async () => {
    const topic = make();
    put('0', 0, 3);
    topic.split('0');
    put('1', 3, 5);
    const source = await reading.open({ until: 'latest' });
    topic.split('1');
    put('3', 5, 6);
    expect((await take(source)).byShard).toEqual({ 0: [0, 1, 2], 1: [3, 4] });
  });
});
