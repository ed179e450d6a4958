import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Subject } from 'rxjs';
import { memoryDatabase } from '../../src/connectors/memory/memory-database.ts';
import { bigint, catalog, count, job, source, table } from '../../src/dsl/index.ts';
import type { IntoNode } from '../../src/plan/node.ts';
import { run } from '../../src/runtime/run.ts';

const events = source({ id: bigint().notNull() });
const counts = table({ id: bigint(), c: bigint() }, { primaryKey: 'id' });
const { stream } = catalog({ events, counts }, { timeZone: 'UTC' });
const counted = job('counted', stream('events').groupBy('id').agg({ c: count() }).into('counts'));

let state: string;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'millrace-run-'));
});
afterEach(() => rm(state, { recursive: true }));

test('a program goes on from its state directory', async () => {
  const database = memoryDatabase();
  const rows = [{ id: 1 }, { id: 2 }, { id: 1 }];
  expect(await run(counted, { state, database, sources: { events: rows } }).done).toMatchObject({
    run: { rows: 3 },
  });
  const again = run(counted, { state, database, sources: { events: [...rows, { id: 1 }] } });
  expect(await again.done).toMatchObject({ run: { rows: 1 }, sources: { events: { read: 4 } } });
  expect(await database.rows((counted.plan.outputs[0] as IntoNode).table)).toEqual([
    { id: 1, c: 3 },
    { id: 2, c: 1 },
  ]);
});

test('a state directory is one run’s at a time, and another’s after it, also after a failure', async () => {
  const database = memoryDatabase();
  const rows$ = new Subject<unknown>();
  const first = run(counted, { state, database, sources: { events: rows$ } });
  await new Promise((resolve) => setTimeout(resolve, 300));
  await expect(run(counted, { state, database, sources: { events: [] } }).done).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(/in use/) as unknown,
  });
  rows$.error(new Error('the broker is away'));
  await expect(first.done).rejects.toThrow(/the broker is away/);
  expect(await run(counted, { state, database, sources: { events: [{ id: 1 }] } }).done).toMatchObject({
    run: { rows: 1 },
  });
});

test('tables in memory have no state on disk', () => {
  expect(() => run(counted, { state, sources: { events: [] } })).toThrow(/goes with a database/);
});
