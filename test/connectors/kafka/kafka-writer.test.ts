import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { kafkajsPort } from '../../../src/connectors/kafka/driver/kafkajs-port.ts';
import { kafkajsWriterPort } from '../../../src/connectors/kafka/driver/kafkajs-writer-port.ts';
import { COMPRESSIONS } from '../../../src/connectors/kafka/kafka-compression.ts';
import type { KafkaWriterPort, OutgoingRecord } from '../../../src/connectors/kafka/kafka-writer-port.ts';
import { readTopic } from '../../../src/connectors/kafka/read-topic.ts';
import { startBroker, type TestBroker } from './broker.ts';

const started = await startBroker();
const broker = started as TestBroker;
const described = started ? describe : describe.skip;
afterAll(() => started?.close());

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function writer(compression: Parameters<typeof kafkajsWriterPort>[1] = 'none'): KafkaWriterPort {
  const port = kafkajsWriterPort({ brokers: broker.brokers }, compression);
  open.push(port);
  return port;
}

/** Values that a reader sees, by partition. */
async function seen(topic: string, committed = true): Promise<readonly string[]> {
  const port = kafkajsPort({ brokers: broker.brokers }, topic, committed);
  open.push(port);
  const values: string[] = [];
  const { signal } = new AbortController();
  await readTopic({ port, topic, log: () => {}, signal }, ({ partition, value }) =>
    values.push(`${partition}:${value === null ? 'gone' : Buffer.from(value)}`),
  );
  return values.sort();
}

const record = (topic: string, partition: number, value: string | null): OutgoingRecord => ({
  ...{ topic, partition, key: Buffer.from('k') },
  value: value === null ? null : Buffer.from(value),
});

described('transactions', () => {
  test('records are there for all readers once they are committed, over topics and partitions', async () => {
    await broker.createTopic('one', 2);
    await broker.createTopic('two');
    const port = writer();
    expect(await port.take('t1', 10_000, ['one', 'two'])).toEqual(
      new Map([
        ['one', 2],
        ['two', 1],
      ]),
    );
    for (let i = 0; i < 3; i++) {
      await port.send([record('one', 0, `a${i}`), record('one', 1, `b${i}`), record('two', 0, null)]);
      await port.send([record('one', 0, `c${i}`)]);
      await port.commit();
    }
    const all = [0, 1, 2].flatMap((i) => [`0:a${i}`, `1:b${i}`, `0:c${i}`]).sort();
    expect(await seen('one')).toEqual(all);
    expect(await seen('two')).toEqual(['0:gone', '0:gone', '0:gone']);
  });

  test('whoever takes the id ends the open transaction without effect, and fences the other', async () => {
    await broker.createTopic('taken');
    const first = writer();
    await first.take('t2', 10_000, ['taken']);
    await first.send([record('taken', 0, 'lost')]);
    const second = writer();
    await second.take('t2', 10_000, ['taken']);
    await second.send([record('taken', 0, 'kept')]);
    await expect(first.send([record('taken', 0, 'late')])).rejects.toMatchObject({ kind: 'fenced' });
    await expect(first.commit()).rejects.toMatchObject({ kind: 'fenced' });
    await second.commit();
    expect(await seen('taken')).toEqual(['0:kept']);
    expect(await seen('taken', false)).toEqual(['0:kept', '0:lost']);
    await first.take('t2', 10_000, ['taken']);
    await first.send([record('taken', 0, 'again')]);
    await first.commit();
    expect(await seen('taken')).toEqual(['0:again', '0:kept']);
  });

  test('reading waits for an open transaction of another', async () => {
    await broker.createTopic('held');
    const port = writer();
    await port.take('t3', 10_000, ['held']);
    await port.send([record('held', 0, 'open')]);
    const reading = seen('held');
    await port.commit();
    expect(await reading).toEqual(['0:open']);
  });

  test.each(COMPRESSIONS)(
    'compression %s: the broker unpacks it, and it is read again',
    async (compression) => {
      const topic = `packed-${compression}`;
      await broker.createTopic(topic);
      const port = writer(compression);
      await port.take('t4', 10_000, [topic]);
      await port.send(Array.from({ length: 500 }, (_, i) => record(topic, 0, `value ${i}`)));
      await port.commit();
      expect((await seen(topic)).length).toBe(500);
    },
  );
});

described('topics', () => {
  test('are made as they are wanted, and known with what counts', async () => {
    const port = writer();
    const settings = { 'cleanup.policy': 'compact', 'max.message.bytes': '5000' };
    const wanted = { topic: 'made', partitions: 3, replicationFactor: undefined, settings };
    await port.create(wanted);
    await port.create(wanted);
    await port.create({ ...wanted, topic: 'plain', partitions: undefined, settings: {} });
    const known = () => port.topics(['made', 'plain', 'none']);
    // A broker tells of a new topic a moment after it has made it.
    for (let i = 0; i < 50 && (await known()).size < 2; i++)
      await new Promise((done) => setTimeout(done, 50));
    expect(await known()).toEqual(
      new Map([
        ['made', { partitions: 3, replicas: 1, minInSync: 1, cleanupPolicy: 'compact', maxBatchBytes: 5000 }],
        [
          'plain',
          { partitions: 1, replicas: 1, minInSync: 1, cleanupPolicy: 'delete', maxBatchBytes: 1_048_588 },
        ],
      ]),
    );
    await port.take('t5', 10_000, ['made']);
    const large = port.send([record('made', 0, 'x'.repeat(6000))]);
    await expect(large).rejects.toMatchObject({ kind: 'too large' });
    await expect(port.take('t5', 10_000, ['none'])).rejects.toMatchObject({ kind: 'unknown topic' });
  });
});
