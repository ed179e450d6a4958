import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Database } from '../../../src/connectors/database.ts';
import type { KafkaConnection } from '../../../src/connectors/kafka/kafka-options.ts';
import { openKafkaSource } from '../../../src/connectors/kafka/kafka-source.ts';
import { openKafkaTables } from '../../../src/connectors/kafka/open-kafka-tables.ts';
import { authority } from '../../certificates.ts';
import { LONG } from '../../long.ts';
import { changes, claimOf, commitOf, errorOf, never, table, use } from '../sql/fixture.ts';
import { numbers, take } from './read-all.ts';
import { type SecuredBroker, startSecured } from './secured-broker.ts';

jest.setTimeout(60_000);
const PASSWORD = 'hidden-word';
const directory = mkdtempSync(join(tmpdir(), 'millrace-tls-'));
let broker: SecuredBroker | undefined;
let good = { ca: '', cert: '', key: '' };
let other = good;
try {
  const ours = await authority(directory, 'ours');
  const theirs = await authority(directory, 'theirs');
  good = { ca: ours.ca, ...(await ours.sign('client', 'DNS:client')) };
  other = { ca: theirs.ca, ...(await theirs.sign('client', 'DNS:client')) };
  const server = await ours.sign('server', 'IP:127.0.0.1');
  broker = await startSecured(join(directory, 'kafka'), { ca: ours.ca, ...server, password: PASSWORD });
} catch (error) {
  if (process.env.CI === 'true') throw error;
  process.stderr.write(`\n!!! SKIPPED, NOT TESTED: Kafka with TLS: ${(error as Error).message}\n\n`);
}
const described = broker ? describe : describe.skip;
const opened: Database[] = [];
afterAll(async () => {
  for (const one of opened) await one.close();
  await broker?.running.stop('SIGKILL');
  rmSync(directory, { recursive: true });
});

type Sasl = NonNullable<KafkaConnection['sasl']>;
const sasl = (mechanism: Sasl['mechanism'], password = PASSWORD): Sasl => ({
  mechanism,
  ...{ username: 'reader', password },
});
const connection = (more: Partial<KafkaConnection> = {}): KafkaConnection => ({
  ...{ brokers: [broker?.secured ?? ''], ssl: good, sasl: sasl('scram-sha-512') },
  ...more,
});
const pairs = table('numbers', 1, { n: 'BIGINT', t: 'VARCHAR' });

async function openTables(more: Partial<KafkaConnection> = {}): Promise<Database> {
  const database = await openKafkaTables(connection(more));
  opened.push(database);
  await database.prepare([use(pairs, { looksUp: false })]);
  return database;
}

const openSource = (more: Partial<KafkaConnection> = {}) =>
  openKafkaSource(numbers(), {
    ...connection(more),
    ...{ topic: 'numbers', format: 'json', until: 'latest' },
  });

/** What comes of a connection without TLS, found out while the other tests run: a cluster is tried for 15 s. */
let withoutTls: Promise<Error> | undefined;
beforeAll(async () => {
  if (!broker) return;
  const database = await openKafkaTables(connection({ ssl: false }));
  opened.push(database);
  withoutTls = errorOf(database.prepare([]));
});

described('TLS and SCRAM', () => {
  test.each(['scram-sha-256', 'scram-sha-512'] as const)(
    '%s: tables are written, and read again',
    async (mechanism) => {
      const database = await openTables({ sasl: sasl(mechanism) });
      await database.claim(claimOf(mechanism, 'me'));
      await database.commit(commitOf(1, changes(pairs, { upserts: [{ n: 1, t: mechanism }] })), never);
      expect(await database.rows(pairs)).toEqual([{ n: 1, t: mechanism }]);
      const source = await openSource({ sasl: sasl(mechanism) });
      expect((await take(source)).byPartition['numbers[0]']?.at(-1)).toBe(1);
      await source.close();
    },
  );

  test.each<[string, Partial<KafkaConnection>, RegExp]>([
    [
      'an authority that did not sign',
      { ssl: { ...good, ca: other.ca } },
      /certificate is not accepted: unable to verify/,
    ],
    [
      'the authorities that Node trusts',
      { ssl: { cert: good.cert, key: good.key } },
      /certificate is not accepted: unable to verify/,
    ],
    ['no certificate of ours', { ssl: { ca: good.ca } }, /does not accept our certificate/],
    ['a certificate that the broker does not trust', { ssl: { ...other, ca: good.ca } }, /our certificate/],
    ['a wrong password', { sasl: sasl('scram-sha-512', 'hidden-too') }, /authentication/i],
    [
      'a mechanism that is not there',
      { sasl: sasl('plain') },
      /does not support the requested SASL mechanism/,
    ],
    [
      'another name of the host',
      { brokers: [(broker?.secured ?? '').replace('127.0.0.1', 'localhost')] },
      /altnames/i,
    ],
  ])('%s: exit 2 at once, no password shown', async (_, more, message) => {
    const began = performance.now();
    for (const open of [openTables, openSource]) {
      const error = await errorOf(open(more));
      expect(error).toMatchObject({ exitCode: 2, message: expect.stringMatching(message) });
      expect(error.message).not.toContain('hidden');
    }
    expect(performance.now() - began).toBeLessThan(5000);
  });

  (LONG ? test : test.skip)(
    'a broker that wants TLS and is not given it is exit 1, with what may be the cause',
    async () => {
      expect(await withoutTls).toMatchObject({
        exitCode: 1,
        message: expect.stringContaining('the broker closed the connection: does it want TLS (ssl)?'),
      });
    },
  );
});
