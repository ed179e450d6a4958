import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../src/connectors/database.ts';
import { memoryDatabase } from '../../src/connectors/memory/memory-database.ts';
import { sourcesOf } from '../../src/plan/derive/sources.ts';
import { tablesOf } from '../../src/plan/derive/tables.ts';
import { iterableSource } from '../../src/runtime/sources/iterable-source.ts';
import { start } from '../../src/runtime/start.ts';
import { CheckpointLog } from '../../src/state/checkpoint/checkpoint-log.ts';
import type { Row } from '../../src/values/sql-type.ts';
import { type Case, EVENING, eventsOf, heldBy } from './arbitrary/cases.ts';
import { decoded } from './decode.ts';
import { clocksOf, givenTo } from './history.ts';
import { tableLines } from './table-lines.ts';

/** A database whose commits fail where a crash is due: before or after they are made. */
class Crash extends Error {}

type Tables = Readonly<Record<string, readonly string[]>>;

/** When a run ends before its rows do. */
export interface Stop {
  /** Epochs into the run. */
  readonly after: number;
  readonly when: 'before' | 'after' | 'end';
}

/** Runs a job to its end, through crashes: each time the state on disk and the tables are all that is left. */
export async function survived(
  { plan, ...given }: Case,
  stops: readonly Stop[],
  size: number,
  snapshotAfter?: number,
) {
  const events = eventsOf({ plan, ...given });
  const held = heldBy({ plan, ...given });
  const uses = tablesOf(plan);
  const memory = memoryDatabase(
    Object.fromEntries(
      uses.map(({ table }) => [
        table.name,
        (held[table.name] ?? []).map((row) => decoded(table, row) as Row),
      ]),
    ),
  );
  const clocks = clocksOf(EVENING, events, size);
  const directory = await mkdtemp(join(tmpdir(), 'millrace-restart-'));
  const seen: Tables[] = [];
  const quarantined = new Set<number>();
  try {
    for (let run = 0; ; run++) {
      const stop = stops[run];
      const log = await CheckpointLog.open(directory, plan.name, {
        synchronous: 'NORMAL',
        ...(snapshotAfter === undefined ? {} : { snapshotAfter }),
      });
      let epoch = log.last?.epoch ?? 0;
      const until = stop === undefined ? Number.POSITIVE_INFINITY : epoch + stop.after;
      const shaky: Database = {
        ...memory,
        async commit(commit, signal) {
          if (commit.epoch >= until && stop?.when === 'before') throw new Crash();
          const committed = await memory.commit(commit, signal);
          const rows = plan.outputs.map(async ({ table }) => [table.name, await memory.rows(table)] as const);
          seen[commit.epoch] = tableLines(Object.fromEntries(await Promise.all(rows)));
          if (commit.epoch >= until && stop?.when === 'after') throw new Crash();
          return committed;
        },
      };
      const running = start(plan, {
        sources: Object.fromEntries(
          sourcesOf(plan).map(({ name }) => [name, (spec) => iterableSource(events.map(givenTo), spec)]),
        ),
        databases: Object.fromEntries(uses.map(({ table }) => [table.name, shaky])),
        checkpoints: log,
        clock: () => clocks[epoch++] as number,
        epochRows: size,
        epochMs: 0,
        ahead: 0,
        onQuarantine: (rows) => {
          for (const { offset } of rows) quarantined.add(offset);
        },
        onEpoch: (report) => {
          if (report.epoch >= until) running.stop();
        },
      });
      let summary: Awaited<typeof running.done> | undefined;
      try {
        summary = await running.done;
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      } finally {
        await log.close();
      }
      if (stop === undefined && summary !== undefined)
        return {
          tables: seen.slice(1),
          quarantined: [...quarantined],
          sources: summary.sources,
          counts: summary.tables,
        };
    }
  } finally {
    await rm(directory, { recursive: true });
  }
}
