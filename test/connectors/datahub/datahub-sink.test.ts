import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Claim, Commit, Database, TableUse } from '../../../src/connectors/database.ts';
import { type DataHubSinkOptions, openDataHubSink } from '../../../src/connectors/datahub/datahub-sink.ts';
import type { TableSchema } from '../../../src/plan/schema.ts';
import type { Row } from '../../../src/values/sql-type.ts';
import { startDataHubServer, type TestDataHub } from './datahub-server.ts';
import { range, until } from './read-topic.ts';
import { column } from './source-spec.ts';
import type { StoredTopic } from './stored-topic.ts';

let hub: TestDataHub;
let lines: string[];
const opened: Database[] = [];
beforeEach(async () => {
  hub = await startDataHubServer();
  lines = [];
});
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
  await hub.close();
});

const tableOf = (name: string): TableSchema => ({
  ...{ kind: 'table', name, tableName: name, primaryKey: ['k'], options: {} },
  columns: [column('k', 'BIGINT'), column('v', 'VARCHAR')],
});
const t = tableOf('t');
const useOf = (table: TableSchema, more: Partial<TableUse> = {}): TableUse => ({
  ...{ table, writes: true, looksUp: false, writesNull: [] },
  ...more,
});
const topic = (name = 't', shards = 2): StoredTopic =>
  hub.createTopic(name, { fields: { k: 'BIGINT', v: 'STRING' }, shards });
const rows = (from: number, to: number, v = 'a'): Row[] => range(from, to).map((k) => ({ k, v }));
const NEVER = new AbortController().signal;
const claimOf = (more: Partial<Claim> = {}): Claim => ({
  ...{ job: 'j', owner: 'o1', epoch: 0, mode: 'continue', clear: [] },
  ...more,
});

function open(more: Partial<DataHubSinkOptions> = {}): Database {
  const { endPoint, project, accessId, accessKey } = hub;
  const options = { endPoint, project, accessId, accessKey, retryInterval: 20, ...more };
  const database = openDataHubSink(options, (line) => lines.push(line));
  opened.push(database);
  return database;
}

async function ready(more: Partial<Claim> = {}, options: Partial<DataHubSinkOptions> = {}, tables = [t]) {
  const database = open(options);
  await database.prepare(tables.map((table) => useOf(table)));
  const stands = await database.claim(claimOf(more));
  return { database, stands };
}

const commitOf = (epoch: number, upserts: readonly Row[], more: Partial<Commit> = {}): Commit => ({
  ...{ epoch, previous: epoch - 1, completeTo: 0 },
  changes: [{ table: t, upserts, deletes: [], writeBacks: [] }],
  ...more,
});

/** The keys in a topic, those of a shard after another. */
const keys = (name = 't'): number[] =>
  Object.values(hub.rows(name)).flatMap((of) => of.map((data) => Number((data as string[])[0])));
const sorted = (name = 't') => keys(name).sort((a, b) => a - b);

describe('rows become records', () => {
  test('each once, those of a key in one shard and in order, over many calls', async () => {
    topic('t', 3);
    const { database } = await ready();
    await database.commit(commitOf(1, rows(0, 25_000)), NEVER);
    expect(hub.calls.pub).toBe(4);
    expect(sorted()).toEqual(range(0, 25_000));
    await database.commit(commitOf(2, rows(0, 50, 'b')), NEVER);
    const stored = hub.rows('t');
    for (const of of Object.values(stored)) expect(of.length).toBeGreaterThan(6000);
    for (const [shard, of] of Object.entries(stored)) {
      const later = of.filter((data) => (data as string[])[1] === 'b').map((data) => (data as string[])[0]);
      const early = of.filter((data) => (data as string[])[1] === 'a').map((data) => (data as string[])[0]);
      expect([shard, later.every((key) => early.includes(key))]).toEqual([shard, true]);
    }
  });

  test('calls stay below what the service takes; a record that does not fit is exit 1', async () => {
    topic();
    const { database } = await ready();
    const text = 'ä'.repeat(500_000);
    await database.commit(commitOf(1, rows(0, 9, text)), NEVER);
    expect(sorted()).toEqual(range(0, 9));
    await expect(database.commit(commitOf(2, rows(9, 10, text.repeat(5))), NEVER)).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/table 't': a record of \d+ bytes; DataHub takes 4000000 in one call$/),
    });
  });
});

describe('what goes wrong', () => {
  test('of a call that was taken in part, the rest is sent again, and only that', async () => {
    topic('t', 1);
    const { database } = await ready();
    hub.fail({ action: 'pub', as: { places: [1, 3], code: 'LimitExceeded' } });
    hub.fail({ action: 'pub', as: { places: [0], code: 'InternalServerError' } });
    await database.commit(commitOf(1, rows(0, 6)), NEVER);
    expect(keys()).toEqual([0, 2, 4, 3, 1, 5]);
    expect(lines.map((line) => line.replace(/:\d+\//, '/'))).toEqual([
      "datahub:127.0.0.1/insurance: table 't': LimitExceeded: LimitExceeded; waiting until it is back",
      "datahub:127.0.0.1/insurance: table 't': InternalServerError: InternalServerError; waiting until it is back",
      expect.stringMatching(/: back after [\d.]+ s$/),
    ]);
  });

  test('a service that takes records slowly is not given up, as long as it takes some', async () => {
    topic('t', 1);
    const { database } = await ready({}, { retryTimeout: 150, retryInterval: 50 });
    hub.fail({ action: 'pub', times: 8, as: { places: range(1, 10), code: 'LimitExceeded' } });
    await database.commit(commitOf(1, rows(0, 11)), NEVER);
    expect(sorted()).toEqual(range(0, 11));
  });

  test('a shard that was split: its records go where their keys are now', async () => {
    const stored = topic('t', 1);
    const { database } = await ready();
    await database.commit(commitOf(1, rows(0, 10)), NEVER);
    stored.split('0');
    await database.commit(commitOf(2, rows(10, 50)), NEVER);
    expect(sorted()).toEqual(range(0, 50));
    expect(Object.values(hub.rows('t')).map((of) => of.length > 9)).toEqual([true, true, true]);
  });

  test.each([{ code: 'LimitExceeded' }, { code: 'X', status: 503 }, 'drop', 'half'] as const)(
    '%j: sent again',
    async (as) => {
      topic();
      const { database } = await ready();
      hub.fail({ action: 'pub', times: 3, as });
      await database.commit(commitOf(1, rows(0, 6)), NEVER);
      expect(sorted()).toEqual(range(0, 6));
    },
  );

  test('an answer that was lost: the records are there twice', async () => {
    topic();
    const { database } = await ready();
    hub.fail({ action: 'pub', as: 'lost' });
    await database.commit(commitOf(1, rows(0, 3)), NEVER);
    expect(sorted()).toEqual([0, 0, 1, 1, 2]);
  });

  test('a record that the service does not take is exit 1; nothing is tried again', async () => {
    topic();
    const { database } = await ready();
    hub.fail({ action: 'pub', as: { places: [0], code: 'MalformedRecord' } });
    await expect(database.commit(commitOf(1, rows(0, 3)), NEVER)).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining("table 't': MalformedRecord: MalformedRecord"),
    });
    expect(hub.calls.pub).toBe(1);
  });

  test('retryTimeout and the signal end the wait with exit 1', async () => {
    topic();
    const { database } = await ready({}, { retryTimeout: 100 });
    hub.fail({ action: 'pub', times: 1000, as: { code: 'LimitExceeded' } });
    await expect(database.commit(commitOf(1, rows(0, 3)), NEVER)).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/LimitExceeded: LimitExceeded; tried for 0.1 s \(retryTimeout\)$/),
    });
    const patient = (await ready()).database;
    const stop = new AbortController();
    lines.length = 0;
    const ended = expect(patient.commit(commitOf(1, rows(0, 3)), stop.signal)).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/LimitExceeded; ended before it was back$/),
    });
    await until(() => lines.length > 0);
    stop.abort();
    await ended;
  });
});

test('a sink that is closed writes nothing, at once', async () => {
  topic();
  const { database } = await ready();
  await database.close();
  await expect(database.commit(commitOf(1, rows(0, 3)), NEVER)).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringMatching(/: closed$/),
  });
});

describe('what topics are not for is exit 2', () => {
  test.each([
    ['looks up', { looksUp: true }, 'the job looks rows up in it'],
    ['may delete', { deletes: true }, 'the job may delete rows of it'],
  ])('a job that %s', async (_, more, message) => {
    topic();
    await expect(open().prepare([useOf(t, more)])).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(
        `table 't' is a topic, to which records are only added: ${message}. Give it a database (connector 'sql')`,
      ),
    });
  });

  test.each([
    [
      'deletes',
      { changes: [{ table: t, upserts: rows(0, 1), deletes: rows(1, 2), writeBacks: [] }] },
      "job 'j' deletes rows of it",
    ],
    [
      'writes back',
      {
        changes: [
          { table: t, upserts: rows(0, 1), deletes: [], writeBacks: [{ read: null, row: { k: 1, v: '' } }] },
        ],
      },
      "job 'j' writes rows back to it",
    ],
    ['clears', { clear: [t] }, 'its rows cannot be removed'],
  ])('a commit that %s writes nothing', async (_, more, message) => {
    topic();
    const { database } = await ready();
    await expect(database.commit(commitOf(1, rows(0, 1), more), NEVER)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message),
    });
    expect(keys()).toEqual([]);
    await expect(database.claim(claimOf({ clear: [t] }))).rejects.toMatchObject({ exitCode: 2 });
    await expect(Promise.resolve(database.lookup(t, [], NEVER))).rejects.toMatchObject({ exitCode: 2 });
    await expect(database.rows(t)).rejects.toMatchObject({ exitCode: 2 });
  });

  test('topics that are not there, or do not fit', async () => {
    hub.createTopic('t', { fields: { k: 'STRING', vv: 'STRING' } });
    await expect(open().prepare([useOf(t)])).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(
        /^datahub:127.0.0.1:\d+\/insurance: topics do not fit the catalog:\n {2}table 't': the topic has no field 'v': did you mean 'k'\?$/,
      ),
    });
    await expect(open().prepare([useOf(tableOf('gone'))])).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('has no topic insurance.gone: NoSuchTopic'),
    });
    await expect(open().prepare([useOf(tableOf('gone'), { expected: true })])).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('the job has written gone (topic gone), which is not there'),
    });
    hub.createTopic('bytes', { type: 'BLOB' });
    await expect(open().prepare([useOf(tableOf('bytes'))])).rejects.toMatchObject({
      exitCode: 2,
      message: "table 'bytes': topic bytes is of type BLOB, TUPLE is needed",
    });
  });

  test('options', () => {
    expect(() => open({ accessKey: '' })).toThrow('DataHub: accessKey: is empty');
    expect(() => open({ retryTimeout: 0 })).toThrow(
      "DataHub: retryTimeout: wants a whole number above 0, not '0'",
    );
  });
});

describe('a run that follows another', () => {
  test('goes on behind what was written, and behind the epoch before where one was written in part', async () => {
    topic();
    const first = (await ready()).database;
    for (const epoch of [1, 2, 3])
      await first.commit(commitOf(epoch, rows(10 * epoch, 10 * epoch + 5)), NEVER);
    expect((await ready({ epoch: 3 })).stands).toBe(3);
    expect((await ready({ epoch: 5 })).stands).toBe(3);
    // Epochs 4 to 7 as one: the process ends before its last record.
    hub.fail({ action: 'pub', as: { places: [], code: '' } });
    hub.fail({ action: 'pub', times: 99, as: { code: 'Stop' } });
    await expect(first.commit({ ...commitOf(7, rows(70, 75)), previous: 3 }, NEVER)).rejects.toMatchObject({
      exitCode: 1,
    });
    expect(sorted().slice(-4)).toEqual([70, 71, 72, 73]);
    expect((await ready({ epoch: 9 })).stands).toBe(3);
  });

  test('two topics: an epoch is written when it is in both', async () => {
    topic('t');
    topic('u');
    const tables = [t, tableOf('u')];
    const { database } = await ready({}, {}, tables);
    const changes = tables.map((table) => ({ table, upserts: rows(0, 3), deletes: [], writeBacks: [] }));
    await database.commit(commitOf(1, [], { changes }), NEVER);
    expect((await ready({ epoch: 1 }, {}, tables)).stands).toBe(1);
    expect([sorted('t'), sorted('u')]).toEqual([range(0, 3), range(0, 3)]);
    // The first topic has all of the epoch.
    hub.fail({ action: 'pub', as: { places: [], code: '' } });
    hub.fail({ action: 'pub', as: { code: 'Stop' } });
    await expect(database.commit(commitOf(2, [], { changes }), NEVER)).rejects.toMatchObject({ exitCode: 1 });
    expect((await ready({ epoch: 2 }, {}, tables)).stands).toBe(1);
  });

  test('records of others at the end are passed over; without any mark, some epochs are written again', async () => {
    topic('t', 1);
    const { database } = await ready();
    await database.commit(commitOf(1, rows(0, 1)), NEVER);
    hub.put(
      't',
      '0',
      Array.from({ length: 90 }, () => ['7', null]),
    );
    expect((await ready({ epoch: 1 })).stands).toBe(1);
    expect((await ready({ epoch: 500 })).stands).toBe(436);
    hub.put(
      't',
      '0',
      Array.from({ length: 20 }, () => ['7', null]),
    );
    expect((await ready({ epoch: 1 })).stands).toBe(0);
    expect((await ready({ epoch: 500 })).stands).toBe(436);
    expect((await ready({ epoch: 500, mode: 'fresh' })).stands).toBe(500);
  });

  test.each([
    ['without its state', { owner: 'o2', epoch: 0 }, 'this run starts without its state'],
    [
      'of a state that another took over from',
      { owner: 'o2', epoch: 4 },
      'another state has taken over here',
    ],
    ['of an older state', { epoch: 1 }, 'the state is an older copy'],
  ])('one %s is refused', async (_, more, message) => {
    topic();
    const { database } = await ready();
    for (const epoch of [1, 2]) await database.commit(commitOf(epoch, rows(0, 3)), NEVER);
    await expect(ready(more)).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining(message),
    });
    expect((await ready({ ...more, mode: 'fresh' })).stands).toBe(more.epoch);
    // Other jobs have marks of their own.
    expect((await ready({ job: 'k' })).stands).toBe(0);
  });

  test('the owner that wrote last has the topic', async () => {
    topic();
    const { database } = await ready();
    for (const epoch of [1, 2, 3]) await database.commit(commitOf(epoch, rows(0, 3)), NEVER);
    hub.setClock(10);
    const other = (await ready({ owner: 'o2', mode: 'fresh' })).database;
    await other.commit(commitOf(1, rows(0, 3)), NEVER);
    expect((await ready({ owner: 'o2', epoch: 1 })).stands).toBe(1);
    await expect(ready({ epoch: 3 })).rejects.toMatchObject({ exitCode: 3 });
  });
});
