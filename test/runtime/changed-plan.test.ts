import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { memoryDatabase } from '../../src/connectors/memory/memory-database.ts';
import { bigint, catalog, count, job, source, table } from '../../src/dsl/index.ts';
import { tablesOf } from '../../src/plan/derive/tables.ts';
import type { JobPlan } from '../../src/plan/node.ts';
import type { TableSchema } from '../../src/plan/schema.ts';
import { iterableSource } from '../../src/runtime/sources/iterable-source.ts';
import { start } from '../../src/runtime/start.ts';
import { CheckpointLog } from '../../src/state/checkpoint/checkpoint-log.ts';

const events = source({ id: bigint().notNull(), n: bigint() });
const counts = table({ id: bigint().notNull(), c: bigint() }, { primaryKey: 'id' });
const { stream } = catalog({ events, counts }, { timeZone: 'UTC' });
const counted = (least: number) =>
  job(
    'counted',
    stream('events')
      .filter((e) => e.n.gte(least))
      .groupBy('id')
      .agg({ c: count() })
      .into('counts'),
  ).plan;

test('a plan that needs state which is not there is refused, and the plan as it was goes on', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-plan-'));
  const database = memoryDatabase();
  const rows = [{ id: 1, n: 1 }];
  const runOver = async (plan: JobPlan) => {
    const checkpoints = await CheckpointLog.open(directory, 'counted');
    const running = start(plan, {
      sources: { events: (spec) => iterableSource(rows, spec) },
      databases: { counts: database },
      checkpoints,
    });
    return running.done.finally(() => checkpoints.close());
  };
  try {
    await runOver(counted(0));
    rows.push({ id: 1, n: 2 });
    await expect(runOver(counted(1))).rejects.toThrow(/another plan of 'counted': .* state of aggregate at /);
    expect((await runOver(counted(0))).epochs).toBe(2);
    expect(await database.rows(tablesOf(counted(0))[0]?.table as TableSchema)).toEqual([{ id: 1, c: 2 }]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
