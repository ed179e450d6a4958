import { afterAll, describe, expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import type { KafkaSourceOptions } from '../../../src/connectors/kafka/kafka-options.ts';
import { openKafkaSource } from '../../../src/connectors/kafka/kafka-source.ts';
import type { SourceSpec } from '../../../src/connectors/source.ts';
import { startBroker, type TestBroker } from './broker.ts';
import { json, numbers, range, take } from './read-all.ts';

const started = await startBroker();
const broker = started as TestBroker;
const described = started ? describe : describe.skip;
afterAll(() => started?.close());

let topics = 0;
async function newTopic(partitions = 1, config: Readonly<Record<string, string>> = {}): Promise<string> {
  const topic = `numbers-${++topics}`;
  await broker.createTopic(topic, partitions, config);
  return topic;
}

const open = (topic: string, options: Partial<KafkaSourceOptions> = {}, spec: Partial<SourceSpec> = {}) =>
  openKafkaSource(numbers(spec), {
    brokers: broker.brokers,
    topic,
    format: 'json',
    until: 'latest',
    ...options,
  });

async function readAll(...args: Parameters<typeof open>) {
  const source = await open(...args);
  try {
    return await take(source);
  } finally {
    await source.close();
  }
}

described('a topic of Kafka', () => {
  test('is read from its beginning, each partition in order, and on from a position as one cut', async () => {
    const topic = await newTopic(3);
    for (const partition of [0, 1, 2])
      await broker.send(topic, partition, json(100 * partition, 100 * partition + 50));
    const source = await open(topic);
    const first = await take(source, 70, 7);
    await source.close();
    await broker.send(topic, 1, json(150, 160));
    const rest = await readAll(topic, {}, { from: first.position });
    for (const partition of [0, 1, 2]) {
      const key = `${topic}[${partition}]`;
      const all = [...(first.byPartition[key] ?? []), ...(rest.byPartition[key] ?? [])];
      expect(all).toEqual(range(100 * partition, 100 * partition + (partition === 1 ? 60 : 50)));
    }
    expect(first.count).toBe(70);
    expect(rest.position).toEqual({ topic, offsets: { 0: 50, 1: 60, 2: 50 } });
    expect((await readAll(topic, {}, { from: rest.position })).count).toBe(0);
  });

  test('records that are no rows are faults with their partition and offset', async () => {
    const topic = await newTopic(2);
    await broker.send(topic, 1, ['{"n":1}', 'no JSON', null, '{"n":"x"}', '{"n":2}']);
    const { byPartition, faults } = await readAll(topic);
    expect(byPartition[`${topic}[1]`]).toEqual([1, 2]);
    expect(faults).toEqual([
      `${topic}[1]@1: not valid JSON: no JSON`,
      `${topic}[1]@2: the message has no value: `,
      `${topic}[1]@3: wanted BIGINT, got 'x': {"n":"x"}`,
    ]);
  });

  test('a message may be one CSV record', async () => {
    const topic = await newTopic();
    await broker.send(topic, 0, ['1,a', '2,"b,""c"""\n', '3']);
    const { byPartition, faults } = await readAll(topic, { format: 'csv' });
    expect(byPartition[`${topic}[0]`]).toEqual([1, 2]);
    expect(faults).toEqual([`${topic}[0]@2: 1 field, the source has 2: 3`]);
  });

  test.each(['gzip', 'snappy', 'lz4', 'zstd', 'uncompressed'])('%s batches are read', async (type) => {
    const topic = await newTopic(1, { 'compression.type': type });
    // The broker packs what comes anew. More than one block of snappy (32 KiB).
    await broker.send(topic, 0, json(0, 9000));
    await broker.send(topic, 0, json(9000, 9100), { compression: kafkajs.CompressionTypes.GZIP });
    expect((await readAll(topic)).byPartition[`${topic}[0]`]).toEqual(range(0, 9100));
  });

  test('begins at the earliest record, at the latest, or at a time', async () => {
    const topic = await newTopic(2);
    await broker.send(topic, 0, json(0, 2), { timestamp: Date.parse('2025-01-01T00:00:00Z') });
    await broker.send(topic, 0, json(2, 4), { timestamp: Date.parse('2025-01-02T00:00:00Z') });
    const begins = async (startFrom: string) =>
      (await readAll(topic, { startFrom })).byPartition[`${topic}[0]`];
    expect(await begins('2025-01-01 12:00:00')).toEqual([2, 3]);
    expect(await begins('2025-01-02T00:00:00Z')).toEqual([2, 3]);
    expect(await begins('2030-01-01T00:00:00Z')).toBeUndefined();
    expect(await begins('latest')).toBeUndefined();
    expect(await begins('earliest')).toEqual([0, 1, 2, 3]);
    // What comes after the start is read, and a position keeps it.
    const source = await open(topic, { startFrom: 'latest', until: undefined } as object);
    await broker.send(topic, 1, json(9, 10));
    const { position } = await take(source, 1);
    await source.close();
    expect(position).toEqual({ topic, offsets: { 0: 4, 1: 1 } });
  });

  test('records of aborted and of open transactions are not read, unless asked for', async () => {
    const topic = await newTopic();
    const writer = async (id: string) => {
      const producer = broker.client.producer({
        transactionalId: `${topic}-${id}`,
        maxInFlightRequests: 1,
        idempotent: true,
        createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      });
      await producer.connect();
      return producer;
    };
    const [a, b] = [await writer('a'), await writer('b')];
    const send = async (
      to: {
        send(record: { topic: string; messages: { value: string; partition: number }[] }): Promise<unknown>;
      },
      n: number,
    ) => {
      await to.send({ topic, messages: [{ value: `{"n":${n}}`, partition: 0 }] });
    };
    // Two transactions that are aborted are open at once: whoever begins between must know of both.
    const [ta, tb] = [await a.transaction(), await b.transaction()];
    await send(ta, 100);
    await send(tb, 101);
    await broker.send(topic, 0, json(1, 2));
    await send(tb, 102);
    await send(ta, 103);
    await ta.abort();
    await tb.abort();
    const good = await a.transaction();
    await send(good, 2);
    await good.commit();
    const still = await b.transaction();
    await send(still, 104);
    await broker.send(topic, 0, json(3, 4));
    const key = `${topic}[0]`;
    expect((await readAll(topic)).byPartition[key]).toEqual([1, 2]);
    const between = { topic, offsets: { 0: 3 } };
    expect((await readAll(topic, {}, { from: between })).byPartition[key]).toEqual([2]);
    expect((await readAll(topic, { isolation: 'read_uncommitted' })).byPartition[key]).toEqual([
      100, 101, 1, 102, 103, 2, 104, 3,
    ]);
    await still.commit();
    expect((await readAll(topic)).byPartition[key]).toEqual([1, 2, 104, 3]);
    await Promise.all([a.disconnect(), b.disconnect()]);
  });

  test('records that retention took are told, and reading goes on behind them', async () => {
    const topic = await newTopic(2);
    await broker.send(topic, 0, json(0, 10));
    const source = await open(topic);
    const { position } = await take(source, 3);
    await source.close();
    await broker.deleteBefore(topic, 0, 7);
    const lines: string[] = [];
    const { byPartition } = await readAll(topic, {}, { from: position, log: (line) => lines.push(line) });
    expect(byPartition[`${topic}[0]`]).toEqual([7, 8, 9]);
    expect(lines).toEqual([
      `source 'n': records of ${topic}[0] are gone before they were read (retention): from offset 3 to 6, 4 offsets; reading goes on at 7`,
    ]);
  });

  test('a topic that was made anew is refused', async () => {
    const topic = await newTopic(1);
    await broker.send(topic, 0, json(0, 3));
    await expect(open(topic, {}, { from: { topic, offsets: { 0: 4 } } })).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining(
        `${topic}[0] ends at offset 3, and was read up to 4: the topic was made anew`,
      ),
    });
    await expect(open(topic, {}, { from: { topic, offsets: { 0: 1, 1: 0 } } })).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining(`read from ${topic}[1], and the topic has 1 partition`),
    });
    await expect(open(topic, {}, { from: { topic: 'other', offsets: {} } })).rejects.toMatchObject({
      exitCode: 3,
    });
  });

  test('a topic that is not there is exit 2, with the one that may be meant', async () => {
    const topic = await newTopic();
    await expect(open(`${topic}x`)).rejects.toMatchObject({
      exitCode: 2,
      message: `source 'n': Kafka at ${broker.brokers} has no topic '${topic}x': did you mean '${topic}'?`,
    });
  });

  test('a slow reader does not make it hold the topic', async () => {
    const topic = await newTopic(2);
    const big = 'x'.repeat(20_000);
    const values = range(0, 200).map((n) => `{"n":${n},"t":"${big}"}`);
    for (const partition of [0, 1])
      for (let i = 0; i < 200; i += 5) await broker.send(topic, partition, values.slice(i, i + 5));
    const source = await open(topic, { maxBufferedBytes: 100_000 });
    await take(source, 1);
    const { arrayBuffers } = process.memoryUsage();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    // 8 MB are there; a buffer that is full lets one answer more in.
    expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(1_500_000);
    const { byPartition } = await take(source);
    await source.close();
    expect(Object.values(byPartition).flat()).toHaveLength(399);
  });

  test('a partition that is added is read from its beginning, while running and after a restart', async () => {
    const topic = await newTopic(1);
    await broker.send(topic, 0, json(0, 1));
    const lines: string[] = [];
    const source = await open(
      topic,
      { until: undefined, startFrom: 'latest', partitionDiscoveryMs: 200 } as object,
      { log: (line) => lines.push(line) },
    );
    await broker.send(topic, 0, json(1, 2));
    const { position } = await take(source, 1);
    await broker.admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
    await broker.sendAnew(topic, 2, json(20, 22));
    expect((await take(source, 2)).byPartition).toEqual({ [`${topic}[2]`]: [20, 21] });
    await source.close();
    expect(lines.join()).toContain(`source 'n': ${topic} has new partitions: 1, 2`);
    const again = await readAll(topic, { startFrom: 'latest' }, { from: position });
    expect(again.byPartition).toEqual({ [`${topic}[2]`]: [20, 21] });
  });

  test('the group is told what is durable, and what is told last is told at the end', async () => {
    const topic = await newTopic(2);
    await broker.send(topic, 0, json(0, 5));
    await broker.send(topic, 1, json(5, 8));
    const source = await open(topic, { groupId: `${topic}-group` });
    const { position } = await take(source);
    source.durable?.({ topic, offsets: { 0: 1, 1: 1 } });
    source.durable?.(position as NonNullable<typeof position>);
    await source.close();
    const [told] = await broker.admin.fetchOffsets({ groupId: `${topic}-group`, topics: [topic] });
    const byPartition = told?.partitions.map(({ partition, offset }) => [partition, offset]).sort();
    expect(byPartition).toEqual([
      [0, '5'],
      [1, '3'],
    ]);
  });

  test('close ends a read that waits, and leaves no socket and no timer', async () => {
    const topic = await newTopic();
    const open1 = process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name)).length;
    const source = await open(topic, { until: undefined } as object);
    const waiting = source.read(1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const began = performance.now();
    const closed = source.close();
    expect(await waiting).toBeNull();
    await closed;
    await source.close();
    expect(performance.now() - began).toBeLessThan(200);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const left = process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name)).length;
    expect(left).toBeLessThanOrEqual(open1);
  });
});
