// Two hours of a site in as many minutes: sessions that come, end and never return, over a state whose keys end by their `ttl`.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openDatabase } from '../../src/connectors/sql/open-database.ts';
import {
  bigint,
  catalog,
  count,
  countDistinct,
  double,
  hourOf,
  job,
  minutes,
  source,
  sum,
  table,
  varchar,
} from '../../src/dsl/index.ts';
import { tablesOf } from '../../src/plan/derive/tables.ts';
import { iterableSource } from '../../src/runtime/sources/iterable-source.ts';
import { start } from '../../src/runtime/start.ts';
import type { Summary } from '../../src/runtime/summary.ts';
import { CheckpointLog } from '../../src/state/checkpoint/checkpoint-log.ts';
import type { Row } from '../../src/values/sql-type.ts';

const HOURS = 2;
const BEGIN = Date.UTC(2025, 0, 15, 8);
/** Rows of a session, and sessions at a time. */
const PAGES = 2;
const TOGETHER = 40;

const page_view = source({
  session: bigint().notNull(),
  at: bigint().notNull(),
  page: varchar(),
  price: double(),
});
const last_page = table({ session: bigint().notNull(), page: varchar() }, { primaryKey: 'session' });
const hour_total = table(
  { hour: varchar().notNull(), sessions: bigint(), pages: bigint(), total: double() },
  { primaryKey: 'hour' },
);
const { stream } = catalog({ page_view, last_page, hour_total }, { timeZone: 'UTC' });

const lastPage = stream('page_view')
  .keyBy('session')
  .lastValue({ ttl: minutes(10) });
const plan = job(
  'soak',
  lastPage.pick('session', 'page').into('last_page'),
  lastPage
    .groupBy({ hour: hourOf('at') })
    .agg({ sessions: count(), pages: countDistinct('page'), total: sum('price') }, { ttl: minutes(30) })
    .into('hour_total'),
).plan;

interface View {
  readonly session: number;
  readonly at: number;
  readonly page: string;
  readonly price: number;
}

/** Ever new sessions, some at a time; each shows its pages in turn with the others. */
function* views(rows: number): Generator<View> {
  const every = (HOURS * 3_600_000) / rows;
  for (let i = 0; i < rows; i++) {
    const block = Math.floor(i / (PAGES * TOGETHER));
    const step = Math.floor((i % (PAGES * TOGETHER)) / TOGETHER);
    const session = block * TOGETHER + (i % TOGETHER);
    yield {
      session,
      at: BEGIN + Math.floor(i * every),
      page: `/shop/${(session * 31 + step) % 1000}`,
      price: (session % 100) / 4 + step,
    };
  }
}

/** What is held, in bytes. */
interface Sample {
  readonly epoch: number;
  /** On the heap, and beside it, after a collection. */
  readonly memory: number;
  /** Files of the state: snapshot, log, effects on tables of the last epochs, and room that is free. */
  readonly files: number;
  /** The snapshot: what lives. */
  readonly snapshot: number;
}

/** How long, and how much at once. */
export interface Load {
  readonly rows: number;
  readonly epochRows: number;
  /** Bytes of log after which a snapshot begins. */
  readonly snapshotAfter: number;
  readonly samples: number;
}

export interface Soaked {
  readonly samples: readonly Sample[];
  readonly summary: Summary;
  /** The tables in the end, and what they have to be. */
  readonly found: Readonly<Record<string, readonly Row[]>>;
  readonly wanted: Readonly<Record<string, readonly Row[]>>;
}

/** Runs the job over two hours of events, checkpoints on, into a file. */
export async function soak(
  folder: string,
  { rows, epochRows, snapshotAfter, samples }: Load,
): Promise<Soaked> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const database = await openDatabase(`sqlite:${join(folder, 'out.db')}`, { synchronous: 'NORMAL' });
  const checkpoints = await CheckpointLog.open(folder, plan.name, { synchronous: 'NORMAL', snapshotAfter });
  let clock = BEGIN;
  function* told(): Generator<View> {
    for (const view of views(rows)) {
      clock = view.at;
      yield view;
    }
  }
  const taken: Promise<Sample>[] = [];
  const every = Math.floor(rows / epochRows / samples);
  try {
    const summary = await start(plan, {
      sources: { page_view: (spec) => iterableSource(told(), spec) },
      databases: Object.fromEntries(tablesOf(plan).map(({ table: { name } }) => [name, database])),
      clock: () => clock,
      checkpoints,
      epochRows,
      epochMs: 0,
      onEpoch: ({ epoch }) => {
        if (epoch % every !== 0) return;
        collect();
        const { heapUsed, external } = process.memoryUsage();
        const sample = { epoch, memory: heapUsed + external, files: sizeOf(folder) };
        taken.push(checkpoints.sizes().then(({ chunks }) => ({ ...sample, snapshot: chunks })));
      },
    }).done;
    const found: Record<string, readonly Row[]> = {};
    for (const { table: own } of tablesOf(plan)) found[own.name] = await database.rows(own);
    return { samples: await Promise.all(taken), summary, found, wanted: answer(rows) };
  } finally {
    await checkpoints.close();
    await database.close();
  }
}

const sizeOf = (folder: string): number =>
  ['checkpoint.db', 'checkpoint.db-wal'].reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );

/** The tables from all rows at once, without a state that ends. */
function answer(rows: number): Record<string, readonly Row[]> {
  const last = new Map<number, View>();
  for (const view of views(rows)) last.set(view.session, view);
  const hours = new Map<string, { sessions: number; pages: Set<string>; total: number }>();
  for (const { at, page, price } of last.values()) {
    const hour = new Date(at).toISOString().slice(0, 13).replace(/[-T]/g, '');
    const group = hours.get(hour) ?? { sessions: 0, pages: new Set(), total: 0 };
    hours.set(hour, group);
    group.sessions++;
    group.pages.add(page);
    // Quarters: exact in any order.
    group.total += price;
  }
  return {
    last_page: [...last.values()].map(({ session, page }) => ({ session, page })),
    hour_total: [...hours].map(([hour, { sessions, pages, total }]) => ({
      hour,
      sessions,
      pages: pages.size,
      total,
    })),
  };
}
