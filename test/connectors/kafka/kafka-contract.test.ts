import { afterAll, beforeAll, jest } from '@jest/globals';
import { openKafkaSource } from '../../../src/connectors/kafka/kafka-source.ts';
import { sourceContract } from '../contract/source-contract.ts';
import { startBroker, type TestBroker } from './broker.ts';

jest.setTimeout(60_000);

let broker: TestBroker | undefined;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker?.close());

let topics = 0;

sourceContract('a topic of Kafka', async () => {
  if (broker === undefined) return undefined;
  const own = broker;
  const topic = `contract-${topics++}`;
  await own.createTopic(topic, 3);
  return {
    partitions: 3,
    write: (partition, texts) => own.send(topic, partition, texts),
    open: (spec) => openKafkaSource(spec, { brokers: own.brokers, topic, format: 'json' }),
    async disconnect() {
      await own.kill();
      await own.restart();
    },
    async remove() {},
  };
});
