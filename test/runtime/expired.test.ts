import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { memoryDatabase } from '../../src/connectors/memory/memory-database.ts';
import { bigint, catalog, count, hours, job, source, table } from '../../src/dsl/index.ts';
import { parseHead } from '../../src/runtime/checkpoint/run-head.ts';
import { iterableSource } from '../../src/runtime/sources/iterable-source.ts';
import { start } from '../../src/runtime/start.ts';
import { CheckpointLog } from '../../src/state/checkpoint/checkpoint-log.ts';

const events = source({ id: bigint().notNull(), g: bigint().notNull() });
const counts = table({ g: bigint(), c: bigint() }, { primaryKey: 'g' });
const { stream } = catalog({ events, counts }, { timeZone: 'UTC' });
const counted = job(
  'expiring',
  stream('events')
    .keyBy('id')
    .lastValue({ ttl: hours(1) })
    .groupBy('g')
    .agg({ c: count() }, { ttl: hours(2) })
    .into('counts'),
);

test('keys that are let go are counted for each operator, over restarts and in no epoch twice', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-expired-'));
  const database = memoryDatabase();
  // One row an epoch and an hour: the row before the last has settled, its group goes two hours later.
  const rows = Array.from({ length: 6 }, (_, i) => ({ id: i, g: i }));
  const expired: number[][] = [];
  try {
    for (let n = 1; n <= rows.length; n++) {
      const checkpoints = await CheckpointLog.open(directory, 'expiring');
      await start(counted.plan, {
        sources: { events: (spec) => iterableSource(rows.slice(0, n), spec) },
        databases: { counts: database },
        checkpoints,
        clock: () => n * 3_600_000,
        epochMs: 0,
      }).done;
      const { counts: of } = parseHead(checkpoints.last?.head as string);
      expired.push(Object.values(of.expired));
      await checkpoints.close();
    }
    // Of the lastValue, then of the groups: a row settles after an hour, its group two hours after that.
    expect(expired).toEqual([[], [1], [2], [3, 1], [4, 2], [5, 3]]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
