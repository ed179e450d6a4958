import { afterAll, afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Database } from '../../../src/connectors/database.ts';
import { kafkajsPort } from '../../../src/connectors/kafka/driver/kafkajs-port.ts';
import { kafkajsWriterPort } from '../../../src/connectors/kafka/driver/kafkajs-writer-port.ts';
import { KafkaFault } from '../../../src/connectors/kafka/kafka-fault.ts';
import type { KafkaTableOptions } from '../../../src/connectors/kafka/kafka-table-options.ts';
import { kafkaTables } from '../../../src/connectors/kafka/kafka-tables.ts';
import type { KafkaWriterPort } from '../../../src/connectors/kafka/kafka-writer-port.ts';
import { changes, claimOf, commitOf, errorOf, never, table, use } from '../sql/fixture.ts';
import { startBroker, type TestBroker } from './broker.ts';
import { committedRecords } from './committed-records.ts';

jest.setTimeout(60_000);
const started = await startBroker();
const broker = started as TestBroker;
const described = started ? describe : describe.skip;
afterAll(() => started?.close());
const opened: Database[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** What comes of a cluster that is not there, found out while the other tests run. */
const unreachable = (async () => {
  const options = { brokers: ['127.0.0.1:1'] };
  const database = kafkaTables({
    ...{ options, log: () => {} },
    port: kafkajsWriterPort(options, 'none'),
    reader: (topic) => kafkajsPort(options, topic, true),
  });
  return errorOf(database.prepare([])).finally(() => database.close());
})();

let jobs = 0;
/** A claimed database over one topic that is appended to, its driver changed by `wrap`. */
async function appending(
  wrap: (port: KafkaWriterPort) => Partial<KafkaWriterPort> = () => ({}),
  more: Partial<KafkaTableOptions> = {},
) {
  const name = `out-${++jobs}`;
  const schema = table(name, 1, { k: 'INT', v: 'VARCHAR' });
  const options = { brokers: broker.brokers, tables: { [name]: { mode: 'append' } }, ...more } as const;
  const port = kafkajsWriterPort(options, 'none');
  const log: string[] = [];
  const connect = (its: KafkaWriterPort) => {
    const database = kafkaTables({
      ...{ options, port: its },
      log: (line) => log.push(line),
      reader: (topic) => kafkajsPort(options, topic, true),
    });
    opened.push(database);
    return database;
  };
  const database = connect({ ...port, ...wrap(port) });
  await database.prepare([use(schema, { looksUp: false })]);
  await database.claim(claimOf(name, 'me'));
  return {
    ...{ database, log, name, schema },
    connect: () => connect(kafkajsWriterPort(options, 'none')),
    epoch: (n: number) => commitOf(n, changes(schema, { upserts: [1, 2, 3].map((k) => ({ k, v: `${n}` })) })),
    /** How many records of each epoch are there. */
    async counts() {
      const counts: Record<string, number> = {};
      for (const { value } of await committedRecords(broker.brokers, name)) {
        const { v } = JSON.parse(value as string);
        counts[v] = (counts[v] ?? 0) + 1;
      }
      return counts;
    },
  };
}

const lost = () => new KafkaFault('away', 'the connection was lost');

described('a commit in doubt', () => {
  test.each<[string, (port: KafkaWriterPort) => Promise<void>]>([
    ['went through', (port) => port.commit()],
    ['did not arrive', async () => {}],
    ['was given up by the cluster', (port) => port.abort()],
  ])('that %s is decided by the fence: its rows are there once', async (_, first) => {
    let tries = 0;
    const { database, epoch, counts, log } = await appending((port) => ({
      async commit() {
        // The claim, and the second epoch.
        if (++tries !== 3) return port.commit();
        await first(port);
        throw lost();
      },
    }));
    for (let n = 1; n <= 3; n++) expect(await database.commit(epoch(n), never)).toEqual({ overtaken: 0 });
    expect(await counts()).toEqual({ 1: 3, 2: 3, 3: 3 });
    expect(log).toEqual([
      expect.stringMatching(/: the connection was lost; waiting until it is back$/),
      expect.stringMatching(/: back after [0-9.]+ s$/),
    ]);
  });

  test.each([1, 0])('in which another run takes over at epoch %i is refused', async (at) => {
    let tries = 0;
    const one = await appending((port) => ({
      async commit() {
        if (++tries !== 2) return port.commit();
        const other = one.connect();
        await other.prepare([use(one.schema, { looksUp: false })]);
        await other.claim(claimOf(one.name, 'other', { mode: 'fresh' }));
        if (at > 0) await other.commit(one.epoch(at), never);
        throw lost();
      },
    }));
    expect(await errorOf((async () => one.database.commit(one.epoch(1), never))())).toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(
        /another run has taken it over \(epoch \d, .*nothing of epoch 1 was written/,
      ),
    });
    expect(await one.counts()).toEqual(at > 0 ? { 1: 3 } : {});
  });

  test('at the claim is tried again', async () => {
    let tries = 0;
    const { database, epoch, counts } = await appending((port) => ({
      async commit() {
        await port.commit();
        if (++tries === 1) throw lost();
      },
    }));
    await database.commit(epoch(1), never);
    expect(await counts()).toEqual({ 1: 3 });
  });
});

described('a transaction', () => {
  test('that was given up for its time is tried again, and nobody is told of an outage', async () => {
    let tries = 0;
    const { database, epoch, counts, log } = await appending((port) => ({
      async send(records) {
        await port.send(records);
        // As the coordinator does when the time is over.
        if (++tries === 2) await kafkajsTake();
      },
    }));
    const kafkajsTake = async () => {
      const other = kafkajsWriterPort({ brokers: broker.brokers }, 'none');
      await other.take(`millrace-out-${jobs}`, 10_000, ['millrace-fence']);
      await other.close();
    };
    await database.commit(epoch(1), never);
    await database.commit(epoch(2), never);
    expect(await counts()).toEqual({ 1: 3, 2: 3 });
    expect(log).toEqual([]);
  });

  test('that is given up time and again is told of', async () => {
    let tries = 0;
    const { database, epoch, counts, log } = await appending((port) => ({
      async send(records) {
        if (++tries === 1 || tries > 4) return port.send(records);
        throw new KafkaFault('fenced', 'an older epoch');
      },
    }));
    await database.commit(epoch(1), never);
    expect(await counts()).toEqual({ 1: 3 });
    expect(log).toEqual([
      expect.stringMatching(/an older epoch; trying again.*longer than transactionTimeoutMs/),
    ]);
  });

  test('that is tried again ends where the database is closed: exit 1', async () => {
    let broken = false;
    const { database, epoch, log } = await appending((port) => ({
      send: (records) => (broken ? Promise.reject(lost()) : port.send(records)),
    }));
    broken = true;
    const waiting = errorOf(database.commit(epoch(1), never));
    while (log.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await database.close();
    expect(await waiting).toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('stopped while waiting'),
    });
  });

  test('goes on when a broker that was killed is back; each row is there once', async () => {
    const { database, epoch, counts, log } = await appending();
    let n = 0;
    const committing = (async () => {
      while (n < 60) await database.commit(epoch(++n), never);
    })();
    for (const at of [10, 30]) {
      while (n < at) await new Promise((resolve) => setTimeout(resolve, 1));
      await broker.kill();
      await broker.restart();
    }
    await committing;
    const all = Array.from({ length: 60 }, (_, i) => [String(i + 1), 3]);
    expect(await counts()).toEqual(Object.fromEntries(all));
    expect(log.filter((line) => line.includes('; waiting until it is back')).length).toBeGreaterThan(0);
    expect(log.at(-1)).toMatch(/: back after [0-9.]+ s$/);
  });

  test('that waits for a broker ends where the run is stopped: exit 1', async () => {
    const { database, epoch, log, counts } = await appending();
    await database.commit(epoch(1), never);
    await broker.kill();
    const stopping = new AbortController();
    const waiting = errorOf(database.commit(epoch(2), stopping.signal));
    while (log.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stopping.abort();
    expect(await waiting).toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/^stopped while waiting for Kafka at .*the last epoch may be missing/),
    });
    const began = performance.now();
    await database.close();
    expect(performance.now() - began).toBeLessThan(1000);
    await broker.restart();
    expect(await counts()).toEqual({ 1: 3 });
  });
});

test('a cluster that is not there is exit 1 after 15 s', async () => {
  expect(await unreachable).toMatchObject({
    exitCode: 1,
    message: expect.stringMatching(/^Kafka at 127.0.0.1:1 is not reachable, tried for 1\d s: .*ECONNREFUSED/),
  });
});
