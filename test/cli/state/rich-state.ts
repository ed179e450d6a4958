import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StateFacts } from '../../../src/cli/state/state-facts.ts';
import { memoryDatabase } from '../../../src/connectors/memory/memory-database.ts';
import { tablesOf } from '../../../src/plan/derive/tables.ts';
import { rewrite } from '../../../src/plan/rewrite/rewrite.ts';
import { iterableSource } from '../../../src/runtime/sources/iterable-source.ts';
import { start } from '../../../src/runtime/start.ts';
import { CheckpointLog } from '../../../src/state/checkpoint/checkpoint-log.ts';
import rich from './jobs/rich.ts';

/** The plan of the job as it runs. */
export const plan = rewrite(rich.plan);
/** The operators with state, in order of the plan. */
const MARKS = ['latest', 'total', 'best', 'seen', 'city', 'buyers', 'shops', 'priced'] as const;
export type Mark = (typeof MARKS)[number];

export interface Sale {
  readonly id: number;
  readonly shop: string;
  readonly buyer: string | null;
  readonly day: string;
  readonly price: string;
  readonly amount: number;
  readonly note: string | null;
}

/** A number below `limit` that row and salt say. */
function some(row: number, salt: number, limit: number): number {
  const mixed = Math.imul(row * 7919 + salt * 104_729 + 1, 0x85ebca6b);
  return ((mixed ^ (mixed >>> 13)) >>> 0) % limit;
}

/** Sales of so many ids, in five shops. */
export const sales = (n: number, ids: number): readonly Sale[] =>
  Array.from({ length: n }, (_, i) => ({
    id: some(i, 1, ids),
    shop: `s${some(i, 2, 5)}`,
    buyer: some(i, 3, 4) === 0 ? null : `b${some(i, 4, 9)}`,
    day: `2025-01-1${some(i, 5, 4)}`,
    price: `${some(i, 6, 5)}.25`,
    amount: some(i, 7, 12),
    note: some(i, 8, 3) === 0 ? null : `x${i}`,
  }));

/** A row with its arrival. */
export type Arrived = Sale & { readonly i: number };

/** The last row of each key. */
export function lastBy(rows: readonly Sale[], keyOf: (row: Sale) => unknown): readonly Arrived[] {
  return [...new Map(rows.map((row, i) => [keyOf(row), { ...row, i }])).values()];
}

const distinct = (texts: readonly string[]): number => new Set(texts).size;

/** What the operators keep, counted anew from all rows: the entries of each part. */
export function recount(rows: readonly Sale[]): Partial<Record<Mark, Record<string, number>>> {
  const latest = lastBy(rows, ({ id }) => id);
  const shops = distinct(rows.map(({ shop }) => shop));
  const groups = distinct(latest.map(({ shop }) => shop));
  // By shop and column the last row that is not NULL there.
  const columns = ['id', 'shop', 'buyer', 'day', 'price', 'amount', 'note'] as const;
  const leading = columns.flatMap((column) => {
    const last = new Map<string, number>();
    for (const [i, row] of rows.entries()) if (row[column] !== null) last.set(row.shop, i);
    return [...last.values()].map(String);
  });
  const buyers = latest.flatMap(({ shop, buyer }) => (buyer === null ? [] : [`${shop} ${buyer}`]));
  return {
    latest: { rows: latest.length },
    total: {
      'values 1': distinct(latest.map(({ shop, amount }) => `${shop} ${amount}`)),
      'references 2': distinct(buyers),
      groups,
    },
    best: { rows: groups, entries: latest.length },
    seen: { rows: shops, entries: distinct(leading) },
    city: { rows: latest.length },
    buyers: { rows: distinct(rows.map(({ buyer }) => `${buyer}`)) },
    shops: {},
    priced: { rows: distinct(rows.map(({ day, price }) => `${day} ${price}`)) },
  };
}

/** What the state keeps of an operator. */
export const operatorIn = ({ operators }: Pick<StateFacts, 'operators'>, mark: Mark) =>
  operators[MARKS.indexOf(mark)] as StateFacts['operators'][number];

/** The entries of each part, as the state counts them. */
export const countedIn = (facts: Pick<StateFacts, 'operators'>) =>
  Object.fromEntries(
    MARKS.map((mark) => [
      mark,
      Object.fromEntries(operatorIn(facts, mark).parts.map(({ name, entries }) => [name, entries])),
    ]),
  );

/** A clock of the runs. */
const AT = Date.parse('2025-01-15T10:00:00Z');

/** A state directory of the job after these rows, in epochs of ten. */
export interface RichState {
  readonly directory: string;
  readonly tables: Readonly<Record<string, readonly unknown[]>>;
  remove(): Promise<void>;
}

/**
 * Runs the job over rows.
 * @param snapshotAfter bytes of log before a round of the snapshot
 * @param days on the clock, at each epoch of the run
 */
export async function richState(
  rows: readonly Sale[],
  snapshotAfter = Number.POSITIVE_INFINITY,
  days: (epoch: number) => number = () => 0,
): Promise<RichState> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-rich-'));
  const checkpoints = await CheckpointLog.open(directory, 'rich', { synchronous: 'NORMAL', snapshotAfter });
  const uses = tablesOf(plan);
  const database = memoryDatabase();
  let epoch = 0;
  const running = start(rich.plan, {
    sources: { sale: (spec) => iterableSource(rows, spec) },
    databases: Object.fromEntries(uses.map(({ table }) => [table.name, database])),
    checkpoints,
    clock: () => AT + days(epoch++) * 86_400_000,
    epochRows: 10,
    epochMs: 0,
  });
  await running.done;
  await checkpoints.close();
  const tables = await Promise.all(
    plan.outputs.map(async ({ table }) => [table.name, await database.rows(table)] as const),
  );
  return {
    directory,
    tables: Object.fromEntries(tables),
    remove: () => rm(directory, { recursive: true }),
  };
}
