import { describe, expect, jest, test } from '@jest/globals';
import { datahubClient } from '../../../src/connectors/datahub/datahub-client.ts';
import { openDataHubSink } from '../../../src/connectors/datahub/datahub-sink.ts';
import { openDataHubSource } from '../../../src/connectors/datahub/datahub-source.ts';
import type { TableSchema } from '../../../src/plan/schema.ts';
import { take } from './read-topic.ts';
import { column, sourceOf } from './source-spec.ts';

// Against the cloud, where the environment names a TUPLE topic with a BIGINT field `n` and a STRING field `note`, whose other writers are still:
// MILLRACE_TEST_DATAHUB_ENDPOINT, _PROJECT, _TOPIC, _ACCESS_ID, _ACCESS_KEY, perhaps _SECURITY_TOKEN and _SUB_ID.
const setting = (name: string): string => process.env[`MILLRACE_TEST_DATAHUB_${name}`] ?? '';
const there = setting('ENDPOINT') !== '';
const securityToken = setting('SECURITY_TOKEN');
const service = {
  endPoint: setting('ENDPOINT'),
  project: setting('PROJECT'),
  accessId: setting('ACCESS_ID'),
  accessKey: setting('ACCESS_KEY'),
  ...(securityToken !== '' && { securityToken }),
};
const topic = setting('TOPIC');
const columns = [column('n', 'BIGINT'), column('note', 'VARCHAR')];
const table: TableSchema = {
  ...{ kind: 'table', name: 'live', tableName: topic, columns, primaryKey: ['n'], options: {} },
};

jest.setTimeout(120_000);

(there ? describe : describe.skip)('a topic in the cloud', () => {
  test('what is written is read, from its time on and from a position', async () => {
    const startTime = new Date(Date.now() - 1000).toISOString();
    const sink = openDataHubSink(service, console.warn);
    await sink.prepare([{ table, writes: true, looksUp: false, writesNull: ['note'] }]);
    await sink.claim({ job: 'live', owner: `o${Date.now()}`, epoch: 0, mode: 'fresh', clear: [] });
    const upserts = Array.from({ length: 2000 }, (_, n) => ({ n, note: n % 7 === 0 ? null : `Zeile ${n}` }));
    const changes = [{ table, upserts, deletes: [], writeBacks: [] }];
    await sink.commit({ epoch: 1, previous: 0, completeTo: 0, changes }, new AbortController().signal);
    await sink.close();
    const subId = setting('SUB_ID');
    const options = { ...service, topic, startTime, ...(subId !== '' && { subId }) };
    const source = await openDataHubSource(sourceOf(columns), options);
    const early = await take(source, 1200, 500);
    if (early.position !== undefined) source.durable?.(early.position);
    await source.close();
    const again = await openDataHubSource(sourceOf(columns, { from: early.position }), options);
    const late = await take(again, 800, 500);
    await again.close();
    const all = [...early.all, ...late.all] as number[];
    expect(all.sort((a, b) => a - b)).toEqual(upserts.map(({ n }) => n));
  });

  test('places behind the newest record, before the oldest, and of shards without records are as we take them', async () => {
    const port = datahubClient({ ...service, topic });
    for (const { id } of await port.shards()) {
      const say = async (at: Parameters<typeof port.cursor>[1]) =>
        port.cursor(id, at).then(
          ({ sequence }) => sequence,
          ({ code }) => code as unknown,
        );
      const latest = await say('latest');
      const behind = typeof latest === 'number' ? await say({ sequence: latest + 1 }) : undefined;
      const told = {
        latest,
        oldest: await say('oldest'),
        behind,
        soon: await say({ time: Date.now() + 60_000 }),
      };
      console.warn(id, told);
      for (const answer of Object.values(told))
        expect(typeof answer === 'number' || answer === 'SeekOutOfRange' || answer === undefined).toBe(true);
    }
    port.close();
  });
});
