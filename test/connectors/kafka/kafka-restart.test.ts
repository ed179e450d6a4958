import { afterAll, describe, expect, test } from '@jest/globals';
import { openKafkaSource } from '../../../src/connectors/kafka/kafka-source.ts';
import { startBroker, type TestBroker } from './broker.ts';
import { json, numbers, range, take } from './read-all.ts';

const started = await startBroker();
const broker = started as TestBroker;
const described = started ? describe : describe.skip;
afterAll(() => started?.close());

const open = (topic: string, lines: string[]) =>
  openKafkaSource(numbers({ log: (line) => lines.push(line) }), {
    brokers: broker.brokers,
    topic,
    format: 'json',
  });

described('while it is read', () => {
  test('a broker that is killed is waited for, and reading goes on without a gap', async () => {
    await broker.createTopic('killed', 2);
    for (const partition of [0, 1]) await broker.send('killed', partition, json(0, 100));
    const lines: string[] = [];
    const source = await open('killed', lines);
    const first = await take(source, 150);
    await broker.kill();
    const waiting = take(source, 60);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await broker.restart();
    await broker.sendAnew('killed', 1, json(100, 110));
    const rest = await waiting;
    await source.close();
    const all = (partition: number) => [
      ...(first.byPartition[`killed[${partition}]`] ?? []),
      ...(rest.byPartition[`killed[${partition}]`] ?? []),
    ];
    expect(all(0)).toEqual(range(0, 100));
    expect(all(1)).toEqual(range(0, 110));
    const label = `Kafka at ${broker.brokers}`;
    expect(lines.filter((line) => line.includes('waiting until it is back')).length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThan(8);
    expect(lines.at(-1)).toMatch(new RegExp(`^${label}: back after [0-9.]+ s$`));
  }, 30_000);

  test('close ends a wait for a broker that is away', async () => {
    await broker.createTopic('away');
    const lines: string[] = [];
    const source = await open('away', lines);
    const waiting = source.read(1);
    await broker.kill();
    while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const began = performance.now();
    await Promise.all([source.close(), waiting]);
    expect(await waiting).toBeNull();
    expect(performance.now() - began).toBeLessThan(500);
    await broker.restart();
  }, 30_000);

  test('records that retention takes are told; a topic that is made anew is refused', async () => {
    await broker.createTopic('gone');
    const big = `{"n":0,"t":"${'x'.repeat(5000)}"}`;
    for (let i = 0; i < 30; i++) await broker.send('gone', 0, [big, big]);
    const lines: string[] = [];
    const source = await openKafkaSource(numbers({ log: (line) => lines.push(line) }), {
      ...{ brokers: broker.brokers, topic: 'gone', format: 'json', maxBufferedBytes: 20_000 },
    });
    await take(source, 1);
    await broker.deleteBefore('gone', 0, 58);
    const { position } = await take(source, 5);
    expect(lines).toEqual([]);
    while (lines.length === 0) await take(source, 1);
    expect(lines).toEqual([
      expect.stringMatching(
        /^source 'n': records of gone\[0\] are gone before they were read \(retention\): from offset \d+ to 57, \d+ offsets; reading goes on at 58$/,
      ),
    ]);
    expect(position).toBeDefined();
    const waiting = take(source);
    waiting.catch(() => {});
    await broker.admin.deleteTopics({ topics: ['gone'] });
    await broker.createTopic('gone');
    await expect(waiting).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('gone[0] ends at offset 0, and was read up to 60'),
    });
    await source.close();
  }, 30_000);
});
