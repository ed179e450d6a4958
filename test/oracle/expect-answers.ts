import { expect } from '@jest/globals';
import type { JobPlan } from '../../src/plan/node.ts';
import { relationsOf } from '../../src/plan/walk.ts';
import { type TestResult, testJob } from '../../src/runtime/test-job.ts';
import { expectTables } from './expect-tables.ts';
import { arrivedIn, clocksOf, EPOCH_SIZES, type Event, givenTo } from './history.ts';
import type { Arrived, Row } from './types.ts';

/** What a job should make of rows, by some other way than the engine's. */
export interface Expected {
  readonly tables: Readonly<Record<string, readonly Row[]>>;
  /** Arrivals of the rows that cannot be applied. */
  readonly quarantined: readonly number[];
  /** Absent: not told. */
  readonly counts?: { readonly applied: number; readonly filtered: number } | undefined;
}

/** A job, and what happens to it. */
export interface History {
  readonly plan: JobPlan;
  /** Clock before the first row, epoch milliseconds. */
  readonly start: number;
  readonly events: readonly Event[];
  /** What tables hold at the start, as programs see it. */
  readonly tables?: Readonly<Record<string, readonly Row[]>>;
  /** Run it in debug mode. */
  readonly debug?: boolean;
}

/** Runs a job of one source at every epoch size; after every epoch its tables must be those of the whole prefix. */
export async function expectAnswers(
  { plan, start, events, tables = {}, debug = false }: History,
  expected: (prefix: readonly Arrived[]) => Expected,
): Promise<void> {
  const [source] = relationsOf(plan).filter((node) => node.op === 'source');
  if (source === undefined) throw new Error('a job without a source');
  for (const size of EPOCH_SIZES) {
    const clock = clocksOf(start, events, size);
    const arrived = arrivedIn(source.source, events, clock, size);
    const result = await testJob(
      { plan },
      { [source.source.name]: events.map(givenTo) },
      { clock, epochRows: size, tables, debug },
    );
    expect(result.epochs.length).toBe(clock.length);
    result.epochs.forEach((epoch, i) => {
      const n = Math.min((i + 1) * size, events.length);
      expectTables(epoch, expected(arrived.slice(0, n)).tables, `after ${n} rows, ${size} an epoch`);
    });
    expectCounts(result, source.source.name, events.length, expected(arrived));
  }
}

function expectCounts(
  { summary, quarantined }: TestResult,
  source: string,
  read: number,
  expected: Expected,
): void {
  expect(quarantined.map(({ offset }) => offset)).toEqual(expected.quarantined);
  const counts = summary.sources[source];
  expect(counts).toMatchObject({ read, quarantined: expected.quarantined.length, ...expected.counts });
  expect((counts?.applied ?? 0) + (counts?.filtered ?? 0) + (counts?.quarantined ?? 0)).toBe(read);
}
