import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { type RunningKafka, startKafka } from '../../../services/kafka.mjs';
import { openKafkaSource } from '../../../src/connectors/kafka/kafka-source.ts';
import { numbers } from './read-all.ts';

const directory = mkdtempSync(join(tmpdir(), 'millrace-kafka-'));
const PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule';
const settings = {
  'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:SASL_PLAINTEXT',
  'inter.broker.listener.name': 'PLAINTEXT',
  'sasl.enabled.mechanisms': 'PLAIN',
  'sasl.mechanism.inter.broker.protocol': 'PLAIN',
  'listener.name.plaintext.plain.sasl.jaas.config': `${PLAIN} required username="admin" password="a" user_admin="a" user_reader="good";`,
};
let broker: RunningKafka | undefined;
try {
  broker = await startKafka({ directory, settings });
} catch (error) {
  if (process.env.CI === 'true') throw error;
  process.stderr.write(`\n!!! SKIPPED, NOT TESTED: Kafka is not there: ${(error as Error).message}\n\n`);
}
afterAll(async () => {
  await broker?.stop('SIGKILL');
  rmSync(directory, { recursive: true });
});

(broker ? test : test.skip)(
  'a password opens the door, and is not shown where it does not',
  async () => {
    const open = (password: string) =>
      openKafkaSource(numbers(), {
        ...{ brokers: broker?.brokers ?? [], topic: 'numbers', format: 'json' },
        sasl: { mechanism: 'plain', username: 'reader', password },
      }).catch((error: Error) => error);
    expect(await open('good')).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining("has no topic 'numbers'"),
    });
    const refusal = (await open('hidden-word')) as Error;
    expect(refusal).toMatchObject({ exitCode: 2, message: expect.stringMatching(/authentication failed/i) });
    expect(refusal.message).not.toContain('hidden-word');
  },
  15_000,
);
