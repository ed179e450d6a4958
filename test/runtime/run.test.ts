import { expect, test } from '@jest/globals';
import { from, lastValueFrom, type Observable, Subject, toArray } from 'rxjs';
import type { Database } from '../../src/connectors/database.ts';
import { memoryDatabase } from '../../src/connectors/memory/memory-database.ts';
import { bigint, catalog, count, job, source, table, varchar } from '../../src/dsl/index.ts';
import type { ChangeBatch } from '../../src/runtime/edge-changes.ts';
import { type JobRun, run } from '../../src/runtime/run.ts';
import { iterableSource } from '../../src/runtime/sources/iterable-source.ts';
import { type Running, start } from '../../src/runtime/start.ts';

const events = source({ id: bigint(), text: varchar() });
const counts = table({ id: bigint(), c: bigint() }, { primaryKey: 'id' });
const { stream } = catalog({ events, counts }, { timeZone: 'UTC' });
const counted = job(
  'counted',
  stream('events')
    .filter((e) => e.id.isNotNull())
    .groupBy('id')
    .agg({ c: count() })
    .into('counts'),
);

const countsOf = (running: JobRun) => running.outputs.counts as Observable<ChangeBatch>;
const rows = [{ id: 1 }, { id: 2 }, { id: 1 }];

test('an iterable in, an Observable of change batches out, a summary at the end', async () => {
  const running = run(counted, { sources: { events: rows }, epochRows: 2, epochMs: 0 });
  const batches = lastValueFrom(countsOf(running).pipe(toArray()));
  expect(await batches).toEqual([
    {
      epoch: 1,
      table: 'counts',
      changes: [
        { kind: '+I', row: { id: 1, c: 1 } },
        { kind: '+I', row: { id: 2, c: 1 } },
      ],
    },
    {
      epoch: 2,
      table: 'counts',
      changes: [
        { kind: '-U', row: { id: 1, c: 1 } },
        { kind: '+U', row: { id: 1, c: 2 } },
      ],
    },
  ]);
  expect(await running.done).toMatchObject({
    job: 'counted',
    epochs: 2,
    sources: { events: { read: 3, applied: 3 } },
  });
});

test('who subscribes while an epoch is committed is told of the epochs that are computed from then on', async () => {
  const seen: number[] = [];
  const memory = memoryDatabase();
  const database: Database = {
    ...memory,
    async commit(commit, signal) {
      if (commit.epoch === 2) running.outputs.counts?.subscribe(({ epoch }) => seen.push(epoch));
      return memory.commit(commit, signal);
    },
  };
  const running: Running = start(counted.plan, {
    sources: { events: (spec) => iterableSource(rows, spec) },
    databases: { counts: database },
    epochRows: 1,
    epochMs: 0,
    ahead: 0,
  });
  await running.done;
  expect(seen).toEqual([3]);
});

test('an array of a class of its own is read as it iterates', async () => {
  class Pages extends Array<unknown> {
    readonly #rows: readonly unknown[];
    constructor(page: { readonly rows: readonly unknown[] }) {
      super();
      this.#rows = page.rows;
    }
    override [Symbol.iterator]() {
      return [...this.#rows][Symbol.iterator]();
    }
  }
  const running = run(counted, { sources: { events: new Pages({ rows }) } });
  expect((await running.done).run.rows).toBe(3);
});

test('rows handed to a program are frozen', async () => {
  const running = run(counted, { sources: { events: rows } });
  const [first] = await lastValueFrom(countsOf(running).pipe(toArray()));
  expect(Object.isFrozen(first?.changes[0]?.row)).toBe(true);
});

test('an Observable is a source; stop commits the open epoch', async () => {
  const pushed = new Subject<unknown>();
  const running = run(counted, { sources: { events: pushed }, epochRows: 100, epochMs: 0 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (const row of rows) pushed.next(row);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect((await running.stop()).sources.events).toEqual({ read: 3, applied: 3, filtered: 0, quarantined: 0 });
});

test('an Observable that completes or fails ends the run so', async () => {
  expect((await run(counted, { sources: { events: from(rows) } }).done).run.rows).toBe(3);
  const failing = new Subject<unknown>();
  const running = run(counted, { sources: { events: failing } });
  const told = lastValueFrom(countsOf(running).pipe(toArray())).catch((error: Error) => error.message);
  await new Promise((resolve) => setTimeout(resolve, 20));
  failing.error(new Error('gone'));
  await expect(running.done).rejects.toThrow("source 'events' failed: gone");
  expect(await told).toBe("source 'events' failed: gone");
});

test('an async iterable is pulled: no more is taken than an epoch holds before its commit', async () => {
  let taken = 0;
  async function* endless() {
    for (;;) {
      taken++;
      yield { id: taken % 3 };
    }
  }
  const running = run(counted, { sources: { events: endless() }, epochRows: 10, epochMs: 0, rows: 50 });
  let committed = 0;
  countsOf(running).subscribe(() => {
    committed++;
    expect(taken).toBeLessThanOrEqual(committed * 10);
  });
  expect((await running.done).epochs).toBe(5);
  expect(taken).toBe(50);
});

test('quarantined rows are told, with what they were; more than allowed stops the run uncommitted', async () => {
  const told: string[] = [];
  const bad = [{ id: 1 }, { id: 'x' }, { id: 'y' }];
  const options = {
    epochRows: 2,
    epochMs: 0,
    onQuarantine: (all: readonly { raw: Uint8Array }[]) =>
      void told.push(...all.map(({ raw }) => Buffer.from(raw).toString())),
  };
  await run(counted, { sources: { events: bad }, ...options }).done;
  expect(told).toEqual(['{"id":"x"}', '{"id":"y"}']);
  const limited = run(counted, { sources: { events: bad }, ...options, maxQuarantined: 1 });
  await expect(limited.done).rejects.toThrow(
    /2 rows are quarantined, more than --max-quarantined 1.*events at 2: wanted BIGINT/s,
  );
});

test('a source that is not given is told by name, before anything is read', async () => {
  await expect(run(counted, { sources: {} }).done).rejects.toThrow(
    "source 'events' of job 'counted' is not given",
  );
});

test('rows before the failure of a source are committed', async () => {
  async function* torn() {
    yield* rows;
    throw new Error('torn');
  }
  const running = run(counted, { sources: { events: torn() }, epochMs: 0 });
  const told: unknown[] = [];
  countsOf(running).subscribe({ next: (batch) => told.push(batch), error: () => {} });
  await expect(running.done).rejects.toThrow("source 'events' failed: torn");
  expect(told).toHaveLength(1);
});

test('a clock that throws, or is none, ends the run', async () => {
  const clocked = (clock: () => number) => run(counted, { sources: { events: rows }, clock }).done;
  await expect(
    clocked(() => {
      throw new Error('no clock');
    }),
  ).rejects.toThrow('no clock');
  await expect(clocked(() => Number.NaN)).rejects.toThrow('the clock gives NaN');
});

test('an endless iterable leaves the process its turns: stop works', async () => {
  function* endless() {
    for (let id = 0; ; id++) yield { id: id % 3 };
  }
  const running = run(counted, { sources: { events: endless() } });
  setTimeout(() => void running.stop(), 30);
  expect((await running.done).epochs).toBeGreaterThan(0);
});

test('sizes below their least, and sources that the job does not read, are told at once', () => {
  expect(() => run(counted, { sources: { events: [] }, epochRows: 0 })).toThrow(
    'epochRows is 0: it must be a whole number, 1 at least',
  );
  expect(() => run(counted, { sources: { events: [], event: [] } })).toThrow(
    "job 'counted' reads no source 'event', but events",
  );
});
