import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Database } from '../../src/connectors/database.ts';
import { memoryDatabase } from '../../src/connectors/memory/memory-database.ts';
import { sourcesOf } from '../../src/plan/derive/sources.ts';
import { tablesOf } from '../../src/plan/derive/tables.ts';
import { iterableSource } from '../../src/runtime/sources/iterable-source.ts';
import { start } from '../../src/runtime/start.ts';
import { CheckpointLog } from '../../src/state/checkpoint/checkpoint-log.ts';
import type { Row } from '../../src/values/sql-type.ts';
import { anyCases, type Case, EVENING, eventsOf, heldBy, shown, windowedCases } from './arbitrary/cases.ts';
import { decoded } from './decode.ts';
import { clocksOf } from './history.ts';
import { holds } from './property.ts';
import { tableLines } from './table-lines.ts';

/** A database whose commits fail where a crash is due: before or after they are made. */
class Crash extends Error {}

type Tables = Readonly<Record<string, readonly string[]>>;

interface Stop {
  /** Epochs into the run. */
  readonly after: number;
  readonly when: 'before' | 'after' | 'end';
}

/** Runs a job to its end, through crashes: each time the state on disk and the tables are all that is left. */
async function survived(
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
          sourcesOf(plan).map(({ name }) => [
            name,
            (spec) =>
              iterableSource(
                events.map(({ object }) => object),
                spec,
              ),
          ]),
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

const stops = fc.array(
  fc.record({
    after: fc.integer({ min: 1, max: 6 }),
    when: fc.constantFrom('before', 'after', 'end'),
  } as const),
  { minLength: 1, maxLength: 3 },
);

const interrupted = (cases: fc.Arbitrary<Case>) =>
  fc.tuple(cases, stops, fc.constantFrom(1, 2, 5), fc.constantFrom(0, 100, 1000, undefined));

for (const [what, cases, runs] of [
  ['in any order', anyCases, 60],
  ['with state that is let go', windowedCases, 40],
] as const)
  test(`random jobs, operators ${what}, go on through crashes as if there were none`, async () => {
    await holds(runs, interrupted(cases), async ([given, when, size, snapshotAfter]) => {
      await shown(async (one: Case) => {
        expect(await survived(one, when, size, snapshotAfter)).toEqual(await survived(one, [], size));
      })(given);
    });
  });
