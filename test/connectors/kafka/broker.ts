// A real broker for a test file. Where Java or Maven is not there it is skipped with a loud line; where CI=true that is an error.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import kafkajs, { type Admin, type Kafka, type Message } from 'kafkajs';
import type { RunningKafka } from '../../../services/kafka.mjs';
import { startKafka } from '../../../services/kafka.mjs';

/** A broker that a test file may end and start again. */
export interface TestBroker {
  readonly brokers: readonly string[];
  readonly admin: Admin;
  readonly client: Kafka;
  createTopic(topic: string, partitions?: number, config?: Readonly<Record<string, string>>): Promise<void>;
  /** Adds records to a partition. */
  send(
    topic: string,
    partition: number,
    values: readonly (string | null)[],
    more?: { compression?: number; timestamp?: number },
  ): Promise<void>;
  /** The same through a client of its own, which knows new partitions. */
  sendAnew(topic: string, partition: number, values: readonly string[]): Promise<void>;
  /** Deletes the records of a partition before the offset, as retention does. */
  deleteBefore(topic: string, partition: number, offset: number): Promise<void>;
  /** Ends the broker as if its machine went down. */
  kill(): Promise<void>;
  /** Starts it again where it was. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a broker; undefined: it cannot be had here. */
export async function startBroker(
  settings: Readonly<Record<string, string>> = {},
): Promise<TestBroker | undefined> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-kafka-'));
  let running: RunningKafka;
  try {
    running = await startKafka({ directory, settings });
  } catch (error) {
    const line = `Kafka is not there: ${(error as Error).message}`;
    if (process.env.CI === 'true') throw new Error(line);
    process.stderr.write(`\n!!! SKIPPED, NOT TESTED: ${line}\n\n`);
    return undefined;
  }
  const { brokers } = running;
  const client = new kafkajs.Kafka({ brokers, logLevel: 0, retry: { retries: 8, initialRetryTime: 50 } });
  const admin = client.admin();
  const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
  return {
    brokers,
    admin,
    client,
    async createTopic(topic, numPartitions = 1, config = {}) {
      const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
      await admin.createTopics({ topics: [{ topic, numPartitions, configEntries }], waitForLeaders: true });
      // Who leads is known a moment before the leader knows it: it answers this once it does.
      await admin.fetchTopicOffsets(topic);
    },
    async send(topic, partition, values, { compression = 0, timestamp } = {}) {
      const messages = values.map(
        (value): Message => ({
          value,
          partition,
          ...(timestamp === undefined ? {} : { timestamp: String(timestamp) }),
        }),
      );
      await producer.send({ topic, messages, compression });
    },
    async sendAnew(topic, partition, values) {
      const own = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
      await own.connect();
      await own.send({ topic, messages: values.map((value) => ({ value, partition })) });
      await own.disconnect();
    },
    async deleteBefore(topic, partition, offset) {
      // kafkajs looks for the leader before it has asked.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
    },
    kill: () => running.stop('SIGKILL'),
    async restart() {
      running = await startKafka({ directory, settings });
    },
    async close() {
      await Promise.all([producer.disconnect(), admin.disconnect()]).catch(() => {});
      await running.stop('SIGKILL');
      rmSync(directory, { recursive: true });
    },
  };
}
