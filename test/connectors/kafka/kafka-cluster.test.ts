// Tables in a cluster of three brokers, of which one is killed at a time.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import { type RunningKafka, startKafka } from '../../../services/kafka.mjs';
import { openKafkaTables } from '../../../src/connectors/kafka/open-kafka-tables.ts';
import { LONG } from '../../long.ts';
import { changes, claimOf, commitOf, never, table, use } from '../sql/fixture.ts';
import { committedRecords } from './committed-records.ts';
import { freePorts } from './free-ports.ts';

jest.setTimeout(120_000);
const directory = mkdtempSync(join(tmpdir(), 'millrace-cluster-'));
const ports = await freePorts(6);
const brokers = ports.slice(0, 3).map((port) => `127.0.0.1:${port}`);
const voters = [0, 1, 2].map((i) => `${i + 1}@127.0.0.1:${ports[3 + i]}`).join(',');

const start = (i: number): Promise<RunningKafka> =>
  startKafka({
    directory: join(directory, `${i}`),
    port: ports[i] as number,
    settings: {
      'node.id': String(i + 1),
      'controller.quorum.voters': voters,
      listeners: `PLAINTEXT://127.0.0.1:${ports[i]},CONTROLLER://127.0.0.1:${ports[3 + i]}`,
      'transaction.state.log.replication.factor': '3',
      'transaction.state.log.min.isr': '2',
      'min.insync.replicas': '2',
    },
  });

let nodes: RunningKafka[] = [];
try {
  if (LONG) nodes = await Promise.all([0, 1, 2].map(start));
} catch (error) {
  if (process.env.CI === 'true') throw error;
  process.stderr.write(`\n!!! SKIPPED, NOT TESTED: three brokers: ${(error as Error).message}\n\n`);
}
const described = nodes.length === 3 ? describe : describe.skip;
afterAll(async () => {
  for (const node of nodes) await node.stop('SIGKILL');
  rmSync(directory, { recursive: true });
});

described('three brokers', () => {
  test('that may lose what is committed are warned of', async () => {
    const admin = new kafkajs.Kafka({ brokers: [...brokers], logLevel: 0 }).admin();
    await admin.connect();
    const configEntries = [
      { name: 'min.insync.replicas', value: '1' },
      { name: 'cleanup.policy', value: 'compact' },
    ];
    const topics = [{ topic: 'weak', numPartitions: 1, replicationFactor: 3, configEntries }];
    await admin.createTopics({ topics });
    await admin.disconnect();
    const database = await openKafkaTables({ brokers, replicationFactor: 3 });
    expect(await database.prepare([use(table('weak', 1, { k: 'INT' }), { looksUp: false })])).toEqual([
      expect.stringMatching(/topic weak has 3 replicas, and min.insync.replicas=1: .*lost with its broker/),
    ]);
    await database.close();
  });

  test('of which each is killed once: each row is there once', async () => {
    const schema = table('spread', 1, { k: 'INT', epoch: 'INT' });
    const tables = { spread: { mode: 'append' } } as const;
    const database = await openKafkaTables({ brokers, tables, partitions: 6, replicationFactor: 3 });
    expect(await database.prepare([use(schema, { looksUp: false })])).toEqual([]);
    await database.claim(claimOf('spread', 'me'));
    let epoch = 0;
    const until = async (n: number) => {
      while (epoch < n) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    const rowsOf = (of: number) => Array.from({ length: 20 }, (_, k) => ({ k, epoch: of }));
    let writing = true;
    const written = (async () => {
      while (writing) {
        await database.commit(commitOf(epoch + 1, changes(schema, { upserts: rowsOf(epoch + 1) })), never);
        epoch++;
      }
    })();
    for (let i = 0; i < 3; i++) {
      await until(epoch + 20);
      await nodes[i]?.stop('SIGKILL');
      await until(epoch + 20);
      nodes[i] = await start(i);
    }
    writing = false;
    await written;
    await database.close();
    const texts = (await committedRecords(brokers, 'spread')).map(({ value }) => value as string);
    const all = Array.from({ length: epoch }, (_, i) => rowsOf(i + 1).map((row) => JSON.stringify(row)));
    expect(texts.sort()).toEqual(all.flat().sort());
  });
});
