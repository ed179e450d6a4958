import { memoryDatabase } from '../../src/connectors/memory/memory-database.ts';
import { sourcesOf } from '../../src/plan/derive/sources.ts';
import { tablesOf } from '../../src/plan/derive/tables.ts';
import type { JobPlan } from '../../src/plan/node.ts';
import type { Rewrites } from '../../src/plan/rewrite/rewrite.ts';
import { iterableSource } from '../../src/runtime/sources/iterable-source.ts';
import { start } from '../../src/runtime/start.ts';
import { decoded } from './decode.ts';
import { clocksOf, type Event, givenTo } from './history.ts';
import { tableLines } from './table-lines.ts';
import type { Row } from './types.ts';

/** A job of one source, what happens to it, and how it is run. */
export interface Conduct {
  readonly plan: JobPlan;
  readonly start: number;
  readonly events: readonly Event[];
  readonly tables: Readonly<Record<string, readonly Row[]>>;
  readonly epochRows: number;
  readonly rewrites: Rewrites;
}

/** All that a run shows, in a form that can be compared: lists that have no order are sorted. */
export interface Outcome {
  /** The tables that the job writes, after each epoch. */
  readonly tables: readonly Readonly<Record<string, readonly string[]>>[];
  /** By table, for each epoch in which it changes: the net effect. */
  readonly changes: Readonly<Record<string, readonly string[]>>;
  readonly quarantined: readonly number[];
  readonly counts: unknown;
}

/** Runs a job, with some of the rewrites, over tables in memory. */
export async function outcome({
  plan,
  start: at,
  events,
  tables: held,
  epochRows,
  rewrites,
}: Conduct): Promise<Outcome> {
  const uses = tablesOf(plan);
  const memory = memoryDatabase(
    Object.fromEntries(
      uses.map(({ table }) => [
        table.name,
        (held[table.name] ?? []).map((row) => decoded(table, row) as Row),
      ]),
    ),
  );
  const tables: Outcome['tables'][number][] = [];
  const recording = {
    ...memory,
    async commit(...args: Parameters<typeof memory.commit>) {
      const committed = await memory.commit(...args);
      const rows = plan.outputs.map(async ({ table }) => [table.name, await memory.rows(table)] as const);
      tables.push(tableLines(Object.fromEntries(await Promise.all(rows))));
      return committed;
    },
  };
  const clocks = clocksOf(at, events, epochRows);
  const quarantined: number[] = [];
  let epoch = 0;
  const running = start(plan, {
    sources: Object.fromEntries(
      sourcesOf(plan).map(({ name }) => [name, (spec) => iterableSource(events.map(givenTo), spec)]),
    ),
    databases: Object.fromEntries(uses.map(({ table }) => [table.name, recording])),
    clock: () => clocks[epoch++] as number,
    epochRows,
    epochMs: 0,
    ahead: 0,
    rewrites,
    onQuarantine: (rows) => {
      for (const { offset } of rows) quarantined.push(offset);
    },
  });
  const changes: Record<string, string[]> = {};
  for (const [name, output] of Object.entries(running.outputs)) {
    const lines: string[] = [];
    changes[name] = lines;
    output.subscribe(({ epoch: number, changes: all }) => {
      const net = all.map(({ kind, row }) => `${kind} ${tableLines({ row: [row] }).row?.join()}`);
      lines.push(`epoch ${number}: ${net.sort().join('; ')}`);
    });
  }
  const { sources } = await running.done;
  return { tables, changes, quarantined, counts: sources };
}
