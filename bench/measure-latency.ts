import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Observable } from 'rxjs';
import type { Database } from '../src/connectors/database.ts';
import { openDatabase } from '../src/connectors/sql/open-database.ts';
import { observableSource } from '../src/runtime/sources/observable-source.ts';
import { planOf, sinkTableOf } from './bench-job.ts';
import { DATA_SETS } from './data/data-set.ts';
import { events } from './data/write-events.ts';
import { caseId, type Group, type Latency, type Place } from './group.ts';
import { handJob } from './hand/hand-jobs.ts';
import { checkpointed } from './parts/checkpointed.ts';
import { memoryFor, tablesIn } from './parts/engine-in-memory.ts';
import { SYNCHRONOUS } from './parts/sqlite.ts';
import { runEngine } from './run-engine.ts';
import { median, percentile } from './statistics.ts';
import { difference } from './tables.ts';

/** Rows that end an epoch whose time is not up. */
const EPOCH_ROWS = 1000;
/** Seconds of a round; the one before the first is not counted. */
const SECONDS = 3;
/** Milliseconds from the opening of the source to the first row: the tables are made meanwhile. */
const LEAD = 500;

/**
 * From when a row was due to the commit of its epoch, at a fixed rate of rows a second. The load is open: rows are due by the clock,
 * whether or not those before them are through, and a row that could not be offered in time has waited since it was due.
 * @throws where the tables are not those of the loop
 */
export async function measureLatency(group: Group, place: Place): Promise<Latency[]> {
  const { job, shape, rounds } = group;
  const rate = shape.rows;
  const offered = { rows: rate * SECONDS, keys: shape.keys };
  const rows = [...events(DATA_SETS[job].events(offered), offered)];
  const hand = handJob(job, DATA_SETS[job].dimension(offered));
  for (const row of rows) hand.add(row);
  const latencies: Latency[] = [];
  for (const epochMs of group.epochs) {
    const samples: Float64Array[] = [];
    for (let round = 0; round <= rounds; round++) {
      const took = await offer({ group, place, rows, epochMs, wanted: hand.tables() });
      if (round > 0) samples.push(took.sort());
    }
    const each = (p: number): number[] => samples.map((sorted) => percentile(sorted, p));
    latencies.push({
      id: caseId(group, epochMs),
      p50: median(each(0.5)),
      p99: median(each(0.99)),
      max: Math.max(...each(1)),
      seconds: SECONDS,
      rounds,
    });
  }
  return latencies;
}

interface Offer {
  readonly group: Group;
  readonly place: Place;
  readonly rows: readonly unknown[];
  readonly epochMs: number;
  readonly wanted: ReturnType<ReturnType<typeof handJob>['tables']>;
}

/** One run. @returns the milliseconds of each row */
async function offer({ group, place, rows, epochMs, wanted }: Offer): Promise<Float64Array> {
  const { job, part, shape } = group;
  const plan = planOf(job);
  const folder = await mkdtemp(join(place.folder, 'latency-'));
  const memory = await memoryFor(group);
  const sink =
    part !== 'latency'
      ? await openDatabase(`sqlite:${join(folder, 'out.db')}`, { synchronous: SYNCHRONOUS })
      : memory;
  const database = (table: string): Database => (table === sinkTableOf(job).name ? sink : memory);
  const schedule = onSchedule(rows, shape.rows);
  const took = new Float64Array(rows.length);
  let committed = 0;
  const run = (more = {}) =>
    runEngine(plan, (spec) => observableSource(schedule.rows, spec), database, EPOCH_ROWS, {
      epochMs,
      onEpoch(report) {
        const now = performance.now();
        for (const end = committed + report.rows; committed < end; committed++)
          took[committed] = now - schedule.due(committed);
      },
      ...more,
    });
  await (part === 'latency-checkpoint'
    ? checkpointed(place, plan.name, (checkpoints) => run({ checkpoints }))
    : run());
  const got = await tablesIn(plan, database);
  for (const { table } of plan.outputs) {
    const wrong = difference(table, wanted[table.name] ?? [], got[table.name] ?? []);
    if (wrong !== undefined) throw new Error(`${part}/${job}: the engine and the loop differ: ${wrong}`);
  }
  await sink.close();
  await rm(folder, { recursive: true });
  return took;
}

/** Rows that come at so many a second, from a while after they are subscribed to. */
function onSchedule(rows: readonly unknown[], rate: number) {
  let began = 0;
  const due = (i: number): number => began + (i * 1000) / rate;
  return {
    due,
    rows: new Observable<unknown>((subscriber) => {
      began = performance.now() + LEAD;
      let next = 0;
      const tick = (): void => {
        const now = performance.now();
        while (next < rows.length && due(next) <= now) subscriber.next(rows[next++]);
        if (next === rows.length) subscriber.complete();
        else timer = setTimeout(tick, 1);
      };
      let timer = setTimeout(tick, 1);
      return () => clearTimeout(timer);
    }),
  };
}
