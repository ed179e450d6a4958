import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import kafkajs, { type PartitionMetadata } from 'kafkajs';
import type { Claim, Database, TableUse } from '../../../src/connectors/database.ts';
import { openKafkaSource } from '../../../src/connectors/kafka/kafka-source.ts';
import type { KafkaTableOptions } from '../../../src/connectors/kafka/kafka-table-options.ts';
import { openKafkaTables } from '../../../src/connectors/kafka/open-kafka-tables.ts';
import type { Source } from '../../../src/connectors/source.ts';
import type { TableSchema } from '../../../src/plan/schema.ts';
import type { Row, SqlType, Value } from '../../../src/values/sql-type.ts';
import { FIRST_TIMESTAMP, LAST_TIMESTAMP, parseTimestamp } from '../../../src/values/timestamp.ts';
import { changes, claimOf, commitOf, errorOf, never, table, use } from '../sql/fixture.ts';
import { startBroker, type TestBroker } from './broker.ts';
import { committedRecords } from './committed-records.ts';

jest.setTimeout(30_000);
const started = await startBroker();
const broker = started as TestBroker;
const described = started ? describe : describe.skip;
afterAll(() => started?.close());

const opened: (Database | Source)[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function open(options: Partial<KafkaTableOptions> = {}, log: string[] = []): Promise<Database> {
  const database = await openKafkaTables(
    { brokers: broker.brokers, ...options },
    { log: (line) => log.push(line) },
  );
  opened.push(database);
  return database;
}

const written = (schema: TableSchema, also: Partial<TableUse> = {}) =>
  use(schema, { looksUp: false, ...also });

let jobs = 0;
/** A database that is prepared and claimed. */
async function claimed(schemas: readonly TableSchema[], options: Partial<KafkaTableOptions> = {}) {
  const database = await open(options);
  await database.prepare(schemas.map((schema) => written(schema)));
  const job = `job ${++jobs}`;
  await database.claim(claimOf(job, 'me'));
  return { database, job };
}

const pairs = (name: string) => table(name, 1, { k: 'INT', v: 'VARCHAR' });

beforeAll(async () => {
  // The first transaction of a cluster makes the topic that transactions are kept in.
  if (started) await claimed([pairs('first')]);
});

const EVERY: Readonly<Record<string, SqlType>> = {
  key: 'BIGINT(bigint)',
  text_key: 'VARCHAR',
  whole: 'INT',
  long: 'BIGINT',
  exact: 'BIGINT(bigint)',
  real: 'DOUBLE',
  money: 'DECIMAL(38,10)',
  units: 'DECIMAL(5,0)',
  text: 'VARCHAR',
  yes: 'BOOLEAN',
  at: 'TIMESTAMP(3)',
  day: 'DATE',
};
const NAMES = Object.keys(EVERY);
const row = (...values: Value[]): Row =>
  Object.fromEntries(NAMES.map((name, i) => [name, values[i] ?? null]));
const NUMBERS = [
  [
    1n,
    'a',
    -(2 ** 31),
    Number.MIN_SAFE_INTEGER,
    -(2n ** 63n),
    Number.MIN_VALUE,
    -(10n ** 38n - 1n),
    -99_999n,
  ],
  [
    2n,
    'ä"\\\n\u2028€𝄞',
    2 ** 31 - 1,
    Number.MAX_SAFE_INTEGER,
    2n ** 63n - 1n,
    Number.MAX_VALUE,
    10n ** 38n - 1n,
    5n,
  ],
  [2n ** 63n - 1n, '', 0, 0, 2n ** 53n + 1n, 0.1 + 0.2, 1n, 0n],
] as const;
const ROWS: readonly Row[] = [
  row(...NUMBERS[0], '', true, FIRST_TIMESTAMP, -719_162),
  row(...NUMBERS[1], 'Zeile\n„zwei“ \u0001', false, LAST_TIMESTAMP, 2_932_896),
  row(...NUMBERS[2], '𝄞'.repeat(100), null, parseTimestamp('2025-01-15T02:00:00.123') as number, 0),
  row(4n, 'nothing'),
];

described('rows', () => {
  test.each(['none', 'gzip'] as const)(
    'of every type come back exactly, compression %s',
    async (compression) => {
      const every = table(`every-${compression}`, 2, EVERY);
      const { database } = await claimed([every], { partitions: 3, compression });
      await database.commit(commitOf(1, changes(every, { upserts: ROWS })), never);
      const byKey = [...ROWS].sort((a, b) => ((a.key as bigint) < (b.key as bigint) ? -1 : 1));
      expect(await database.rows(every)).toEqual(byKey);
      expect(await database.rows(every, 2)).toEqual(byKey.slice(0, 2));
      for (const format of ['json', 'upsert'] as const) {
        const primaryKey = format === 'json' ? {} : { primaryKey: every.primaryKey };
        const source = await openKafkaSource(
          {
            schema: { kind: 'source', name: 's', columns: every.columns, options: {}, ...primaryKey },
            keep: NAMES,
          },
          { brokers: broker.brokers, topic: every.tableName, format, until: 'latest' },
        );
        opened.push(source);
        const read: (Row | null)[] = [];
        for (let batch = await source.read(100); batch !== null; batch = await source.read(100)) {
          expect(batch.rejects).toEqual([]);
          read.push(...batch.rows);
        }
        const order = ({ key }: Row) => byKey.findIndex((one) => one.key === key);
        expect((read as Row[]).sort((a, b) => order(a) - order(b))).toEqual(byKey);
      }
    },
  );

  test('are records that other programs understand: keys, values, tombstones, partitions', async () => {
    const schema = table('plain', 2, {
      b: 'VARCHAR',
      a: 'INT',
      n: 'BIGINT(bigint)',
      d: 'DECIMAL(10,2)',
      t: 'TIMESTAMP(3)',
    });
    const { database } = await claimed([{ ...schema, primaryKey: ['a', 'b'] }], { partitions: 5 });
    const of = (a: number) => ({ a, b: 'x', n: 2n ** 60n, d: 1250n, t: 0 });
    const keys = Array.from({ length: 20 }, (_, a) => a);
    await database.commit(
      commitOf(1, changes({ ...schema, primaryKey: ['a', 'b'] }, { upserts: keys.map(of) })),
      never,
    );
    await database.commit(
      commitOf(2, changes({ ...schema, primaryKey: ['a', 'b'] }, { deletes: [of(7)] })),
      never,
    );
    const records = await committedRecords(broker.brokers, 'plain');
    expect(records.length).toBe(21);
    expect(records.filter(({ key }) => key === '{"a":7,"b":"x"}').map(({ value }) => value)).toEqual([
      '{"b":"x","a":7,"n":1152921504606846976,"d":"12.50","t":"1970-01-01 00:00:00.000"}',
      null,
    ]);
    const partition = kafkajs.Partitioners.DefaultPartitioner();
    const partitionMetadata = [0, 1, 2, 3, 4].map((partitionId) => ({ partitionId })) as PartitionMetadata[];
    for (const { key, partition: at } of records)
      expect(at).toBe(partition({ topic: 'plain', partitionMetadata, message: { key, value: '' } }));
    expect(new Set(records.map((record) => record.partition)).size).toBeGreaterThan(2);
  });

  test('that may go are refused at the start where the topic is appended to', async () => {
    const kept = pairs('kept');
    const database = await open({ tables: { kept: { mode: 'append' } } });
    expect(await errorOf(database.prepare([written(kept, { deletes: true })]))).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(
        "the job may delete rows of it, which a topic that is appended to cannot hold: write it with mode 'upsert'",
      ),
    });
    const upserting = await open({ tables: { kept: { mode: 'upsert' } } });
    expect(await upserting.prepare([written(kept, { deletes: true })])).toEqual([]);
  });

  test('of a topic that is appended to are all records, and deletes are refused before anything is written', async () => {
    const log = pairs('log');
    const beside = pairs('beside');
    const tables = { log: { topic: 'the-log', mode: 'append' } } as const;
    const { database, job } = await claimed([log, beside], { tables });
    const put = (k: number, v: string) => changes(log, { upserts: [{ k, v }] });
    for (const [epoch, v] of [
      [1, 'one'],
      [2, 'two'],
    ] as const)
      await database.commit(commitOf(epoch, put(1, v), put(0, v)), never);
    const rows = [
      { k: 0, v: 'one' },
      { k: 0, v: 'two' },
      { k: 1, v: 'one' },
      { k: 1, v: 'two' },
    ];
    expect(await database.rows(log)).toEqual(rows);
    const deleting = commitOf(
      3,
      changes(beside, { upserts: [{ k: 1, v: 'x' }] }),
      changes(log, { deletes: [{ k: 5, v: 'x' }], upserts: [{ k: 6, v: 'x' }] }),
    );
    expect(await errorOf((async () => database.commit(deleting, never))())).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(
        /table log is appended to topic the-log, and the job deletes the row \{"k":5\}.*mode 'upsert'/,
      ),
    });
    const clearing = { ...commitOf(3, put(9, 'x')), clear: [log] };
    const wrongs = [
      async () => database.commit(clearing, never),
      () => database.claim(claimOf(job, 'me', { epoch: 2, clear: [log] })),
    ];
    for (const work of wrongs)
      expect(await errorOf(work())).toMatchObject({
        exitCode: 2,
        message: expect.stringContaining('cannot be emptied'),
      });
    expect(await database.rows(log)).toEqual(rows);
    expect(await database.rows(beside)).toEqual([]);
    await database.commit(commitOf(3, put(2, 'three')), never);
    expect((await database.rows(log)).length).toBe(5);
  });

  test('are cleared where they are written anew, deletes and upserts go behind', async () => {
    const schema = pairs('anew');
    const { database, job } = await claimed([schema], { partitions: 3 });
    const all = Array.from({ length: 30 }, (_, k) => ({ k, v: 'old' }));
    await database.commit(commitOf(1, changes(schema, { upserts: all })), never);
    const anew = changes(schema, { upserts: [{ k: 2, v: 'new' }], deletes: [{ k: 3, v: null }] });
    await database.commit({ ...commitOf(2, anew), clear: [schema] }, never);
    expect(await database.rows(schema)).toEqual([{ k: 2, v: 'new' }]);
    expect(await database.claim(claimOf(job, 'me', { epoch: 2, clear: [schema] }))).toBe(2);
    expect(await database.rows(schema)).toEqual([]);
  });

  test('of an epoch that is larger than a request are there at once', async () => {
    const schema = pairs('large');
    await broker.createTopic('large', 1, { 'cleanup.policy': 'compact', 'max.message.bytes': '20000' });
    const { database } = await claimed([schema]);
    const upserts = Array.from({ length: 500 }, (_, k) => ({ k, v: 'x'.repeat(200) }));
    const counts = new Set<number>();
    let writing = true;
    const watching = (async () => {
      while (writing) counts.add((await committedRecords(broker.brokers, 'large')).length);
    })();
    for (let epoch = 1; epoch <= 6; epoch++)
      await database.commit(commitOf(epoch, changes(schema, { upserts })), never);
    writing = false;
    await watching;
    expect([...counts].filter((n) => n % 500 !== 0)).toEqual([]);
    expect(counts.size).toBeGreaterThan(1);
    expect((await database.rows(schema)).length).toBe(500);
    const huge = changes(schema, {
      upserts: [
        { k: 1, v: 'x' },
        { k: 77, v: 'x'.repeat(30_000) },
      ],
    });
    expect(await errorOf((async () => database.commit(commitOf(7, huge), never))())).toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(
        /cannot write epoch 7: topic large takes no record of 300\d\d bytes, key \{"k":77\}: raise its max.message.bytes/,
      ),
    });
    // Nothing of it is there, and the run goes on.
    expect((await database.rows(schema))[1]).toEqual({ k: 1, v: 'x'.repeat(200) });
    await database.commit(commitOf(7, changes(schema, { upserts: [{ k: 1, v: 'y' }] })), never);
    expect((await database.rows(schema))[1]).toEqual({ k: 1, v: 'y' });
  });
});

described('prepare', () => {
  test('makes topics as they are wanted, warns of those that lose rows', async () => {
    await broker.createTopic('deleted', 1, { 'cleanup.policy': 'delete' });
    await broker.createTopic('compacted', 1, { 'cleanup.policy': 'compact' });
    const tables = { compacted: { mode: 'append' }, made_log: { mode: 'append' } } as const;
    const database = await open({ tables, partitions: 2, fenceTopic: 'fence-2' });
    const names = ['deleted', 'compacted', 'made', 'made_log'];
    const warnings = await database.prepare(names.map((name) => written(pairs(name))));
    expect(warnings).toEqual([
      expect.stringMatching(/topic deleted of table deleted has cleanup.policy=delete: rows .* lost/),
      expect.stringMatching(
        /topic compacted of table compacted has cleanup.policy=compact: of the records of a key/,
      ),
    ]);
    const { resources } = await broker.admin.describeConfigs({
      includeSynonyms: false,
      resources: ['made', 'made_log', 'fence-2'].map((name) => ({
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name,
        configNames: ['cleanup.policy'],
      })),
    });
    expect(resources.map(({ configEntries }) => configEntries[0]?.configValue)).toEqual([
      'compact',
      'delete',
      'compact',
    ]);
    const { topics } = await broker.admin.fetchTopicMetadata({ topics: ['made', 'fence-2'] });
    expect(new Map(topics.map(({ name, partitions }) => [name, partitions.length]))).toEqual(
      new Map([
        ['made', 2],
        ['fence-2', 1],
      ]),
    );
    expect(await (await open({ fenceTopic: 'fence-2' })).prepare([written(pairs('made'))])).toEqual([]);
  });

  test.each<[string, number, RegExp, Partial<KafkaTableOptions>, readonly TableUse[]]>([
    [
      'a table that is looked up',
      2,
      /table seen is looked up, and topics cannot be/,
      {},
      [use(pairs('seen'))],
    ],
    [
      'two tables of one topic',
      2,
      /table two and table one have the same topic, one/,
      { tables: { two: { topic: 'one' } } },
      [written(pairs('one')), written(pairs('two'))],
    ],
    [
      'a table in the topic of the fence',
      2,
      /table one and the fence have the same topic/,
      { tables: { one: { topic: 'millrace-fence' } } },
      [written(pairs('one'))],
    ],
    [
      'a topic that was written and is gone',
      3,
      /has written topic gone, which is not there.*--fresh/,
      {},
      [written(pairs('gone'), { expected: true })],
    ],
    [
      'a fence that would be lost',
      2,
      /topic kept-short has cleanup.policy=delete/,
      { fenceTopic: 'kept-short' },
      [written(pairs('other'))],
    ],
    [
      'replicas that the cluster has not',
      2,
      /cannot prepare its topics: .*replication/i,
      { replicationFactor: 3 },
      [written(pairs('thrice'))],
    ],
    [
      'a time-out that the cluster does not take',
      2,
      /cannot claim it for job 'j': .*timeout/i,
      { transactionTimeoutMs: 10_000_000 },
      [written(pairs('other'))],
    ],
  ])('%s: exit %i', async (_, exitCode, message, options, uses) => {
    if (options.fenceTopic) await broker.createTopic(options.fenceTopic, 1, { 'cleanup.policy': 'delete' });
    const database = await open(options);
    const error = await errorOf(
      (async () => {
        await database.prepare(uses);
        await database.claim(claimOf('j', 'me'));
      })(),
    );
    expect(error).toMatchObject({ exitCode, message: expect.stringMatching(message) });
  });
});

described('the fence', () => {
  test('that is gone is refused, and so is a topic that was deleted while the job ran', async () => {
    const schema = pairs('perishes');
    const { database, job } = await claimed([schema], { fenceTopic: 'fence-3' });
    await database.commit(commitOf(1, changes(schema, { upserts: [{ k: 1, v: 'x' }] })), never);
    await broker.admin.deleteTopics({ topics: ['fence-3'] });
    expect(
      await errorOf(
        (async () => database.commit(commitOf(2, changes(schema, { upserts: [{ k: 1, v: 'y' }] })), never))(),
      ),
    ).toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/one of the topics fence-3, perishes is gone/),
    });
    const again = await open({ fenceTopic: 'fence-3' });
    await again.prepare([written(schema, { expected: true })]);
    expect(await errorOf(again.claim(claimOf(job, 'me', { epoch: 1 })))).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('has no fence row here, but its state is at epoch 1'),
    });
    expect(await again.claim(claimOf(job, 'me', { epoch: 1, mode: 'rebuild' }))).toBe(1);
  });

  test('tells who may write, also where a run names its producer otherwise', async () => {
    const schema = pairs('renamed');
    const { database, job } = await claimed([schema], { transactionalIdPrefix: 'old' });
    const put = (v: string) => changes(schema, { upserts: [{ k: 1, v }] });
    await database.commit(commitOf(1, put('old')), never);
    const other = await open({ transactionalIdPrefix: 'new' });
    await other.prepare([written(schema)]);
    await other.claim(claimOf(job, 'other', { mode: 'fresh' }));
    expect(await errorOf((async () => database.commit(commitOf(2, put('late')), never))())).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('another run has taken it over'),
    });
    await other.commit(commitOf(1, put('new')), never);
    expect((await committedRecords(broker.brokers, 'renamed')).map(({ value }) => value)).toEqual([
      '{"k":1,"v":"old"}',
      '{"k":1,"v":"new"}',
    ]);
  });

  test('knows the partitions that rows lie in by their keys: a topic that gets more is written anew', async () => {
    const schema = pairs('grows');
    const { database, job } = await claimed([schema], { partitions: 2 });
    const rows = Array.from({ length: 20 }, (_, k) => ({ k, v: 'x' }));
    await database.commit(commitOf(1, changes(schema, { upserts: rows })), never);
    await broker.admin.createPartitions({ topicPartitions: [{ topic: 'grows', count: 3 }] });
    const again = async (some: Partial<Claim>) => {
      const other = await open();
      await other.prepare([written(schema)]);
      await other.claim(claimOf(job, 'me', { epoch: 1, ...some }));
      return other;
    };
    for (const mode of ['continue', 'fresh'] as const)
      expect(await errorOf(again({ mode }))).toMatchObject({
        exitCode: 3,
        message: expect.stringMatching(
          /job '.*' has written topic grows in 2 partitions, and it has 3: .*--rebuild/,
        ),
      });
    const anew = await again({ mode: 'rebuild' });
    await anew.commit({ ...commitOf(2, changes(schema, { upserts: rows })), clear: [schema] }, never);
    expect(await anew.rows(schema)).toEqual(rows);
    await again({ epoch: 2 });
    await broker.admin.createPartitions({ topicPartitions: [{ topic: 'grows', count: 4 }] });
    expect(await (await again({ epoch: 2, mode: 'fresh', clear: [schema] })).rows(schema)).toEqual([]);
  });

  test('says how far the tables are complete, for others to read', async () => {
    const schema = pairs('complete');
    const { database, job } = await claimed([schema], { fenceTopic: 'fence-4' });
    await database.commit({ ...commitOf(1), completeTo: 1000 }, never);
    await database.commit({ ...commitOf(2), completeTo: Number.NEGATIVE_INFINITY }, never);
    const records = await committedRecords(broker.brokers, 'fence-4');
    expect(records.map(({ key }) => key)).toEqual([job, job, job]);
    expect(records.map(({ value }) => JSON.parse(value as string))).toMatchObject([
      { owner: 'me', epoch: 0, completeTo: null },
      { owner: 'me', epoch: 1, completeTo: 1000, committedAt: expect.any(Number) },
      { owner: 'me', epoch: 2, completeTo: null, transactionalId: `millrace-${job}` },
    ]);
  });

  test('in a topic that others write to is not guessed at', async () => {
    await broker.createTopic('foreign', 2, { 'cleanup.policy': 'compact' });
    const producer = broker.client.producer();
    await producer.connect();
    const write = (partition: number) =>
      producer.send({
        topic: 'foreign',
        messages: [{ key: 'j', partition, value: '{"owner":"o","epoch":1}' }],
      });
    const claim = async () => (await open({ fenceTopic: 'foreign' })).claim(claimOf('j', 'me'));
    await write(1);
    expect(await claim()).toBe(0);
    await write(0);
    await producer.disconnect();
    expect(await errorOf(claim())).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining("topic foreign: the record of job 'j' is no fence"),
    });
  });
});
