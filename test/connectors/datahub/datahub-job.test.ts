import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { openDataHubSink } from '../../../src/connectors/datahub/datahub-sink.ts';
import { openDataHubSource } from '../../../src/connectors/datahub/datahub-source.ts';
import { bigint, catalog, job, source, table, varchar } from '../../../src/dsl/index.ts';
import { start } from '../../../src/runtime/start.ts';
import type { Summary } from '../../../src/runtime/summary.ts';
import { CheckpointLog } from '../../../src/state/checkpoint/checkpoint-log.ts';
import { startDataHubServer, type TestDataHub } from './datahub-server.ts';
import { range } from './read-topic.ts';

jest.setTimeout(20_000);

const events = source({ id: bigint().notNull(), note: varchar() });
const kept = table({ id: bigint(), note: varchar() }, { primaryKey: 'id' });
const { stream } = catalog({ events, kept }, { timeZone: 'UTC' });
const keeping = job('keeping', stream('events').keyBy('id').lastValue().into('kept'));

let hub: TestDataHub;
let state: string;
beforeEach(async () => {
  hub = await startDataHubServer();
  state = await mkdtemp(join(tmpdir(), 'millrace-datahub-'));
  hub.createTopic('events', { fields: { id: 'BIGINT', note: 'STRING' }, shards: 2 });
  hub.createTopic('kept', { fields: { id: 'BIGINT', note: 'STRING' }, shards: 2 });
});
afterEach(async () => {
  await hub.close();
  await rm(state, { recursive: true });
});

/** Runs the job over what is there. */
async function runOnce(fresh = false): Promise<Summary> {
  const { endPoint, project, accessId, accessKey } = hub;
  const service = { endPoint, project, accessId, accessKey, retryTimeout: 1, retryInterval: 1 };
  const database = openDataHubSink(service);
  const checkpoints = await CheckpointLog.open(state, 'keeping');
  try {
    return await start(keeping.plan, {
      sources: {
        events: (spec) => openDataHubSource(spec, { ...service, topic: 'events', until: 'latest' }),
      },
      databases: { kept: database },
      ...{ checkpoints, fresh, epochRows: 10, epochMs: 0 },
    }).done;
  } finally {
    await checkpoints.close();
    await database.close();
  }
}

const put = (from: number, to: number) => {
  for (const id of range(from, to)) hub.put('events', String(id % 2), [[String(id), null]]);
};
const ids = () =>
  Object.values(hub.rows('kept'))
    .flatMap((rows) => rows.map((data) => Number((data as string[])[0])))
    .sort((a, b) => a - b);

test('from topic to topic: each row once, also over runs that follow one another', async () => {
  put(0, 100);
  expect(await runOnce()).toMatchObject({ run: { rows: 100 } });
  expect(ids()).toEqual(range(0, 100));
  put(100, 150);
  expect(await runOnce()).toMatchObject({ run: { rows: 50 } });
  expect(await runOnce()).toMatchObject({ run: { rows: 0 } });
  expect(ids()).toEqual(range(0, 150));
});

test.each([5, 6, 7])(
  'a service that fails after %i calls: the next run writes what is missing, and again at most what was under way',
  async (calls) => {
    put(0, 200);
    hub.fail({ action: 'pub', times: calls, as: { places: [], code: '' } });
    hub.fail({ action: 'pub', times: 1000, as: { code: 'Stop' } });
    await expect(runOnce()).rejects.toMatchObject({ exitCode: 1 });
    const before = ids();
    expect(before.length).toBeLessThan(200);
    hub.calm();
    await runOnce();
    const all = ids();
    expect([...new Set(all)]).toEqual(range(0, 200));
    // Two calls write an epoch, or some together, the second its last record: after it all is known to be there.
    if (calls % 2 === 0) expect(all).toHaveLength(200);
    else expect(all.length).toBeLessThan(200 + before.length);
  },
);

test('a run without its state is refused, and goes on with fresh', async () => {
  put(0, 20);
  await runOnce();
  await rm(state, { recursive: true });
  state = await mkdtemp(join(tmpdir(), 'millrace-datahub-'));
  await expect(runOnce()).rejects.toMatchObject({ exitCode: 3 });
  await runOnce(true);
  expect(ids()).toEqual(range(0, 20).flatMap((id) => [id, id]));
});
