// A rewrite changes work and state, never a result.
import { describe, expect, test } from '@jest/globals';
import { tablesOf } from '../../src/plan/derive/tables.ts';
import { explainText } from '../../src/plan/explain.ts';
import type { JobPlan } from '../../src/plan/node.ts';
import { type Rewrites, rewrite, rewriteNames } from '../../src/plan/rewrite/rewrite.ts';
import { EXAMPLES } from '../jobs/inputs.ts';
import {
  anyCases,
  type Case,
  EVENING,
  eventsOf,
  heldBy,
  keyedCases,
  shown,
  windowedCases,
} from './arbitrary/cases.ts';
import { type Conduct, outcome } from './outcome.ts';
import { holds } from './property.ts';

const VARIANTS: readonly (readonly [string, Rewrites])[] = [
  ['none', false],
  ...rewriteNames.map((name) => [`without ${name}`, { [name]: false }] as const),
];

/** The tables that get `+U` alone in a plan: what they hold is promised, not that nothing is written twice. */
function upserted(plan: JobPlan): readonly string[] {
  return plan.outputs.flatMap(({ table, input }) => {
    let below = input;
    while (below.op === 'project') below = below.input;
    return below.op === 'upsert' ? [table.name] : [];
  });
}

/** Runs a job as written, and with all rewrites but one: tables after each epoch, changes and quarantine are those of all rewrites. */
async function expectSame(given: Omit<Conduct, 'rewrites'>): Promise<void> {
  const all = await outcome({ ...given, rewrites: {} });
  const plain = rewrite(given.plan);
  for (const plan of [given.plan, plain])
    for (const { table, deletes } of tablesOf(plan))
      if (all.changes[table.name]?.some((line) => /(: |; )-D /.test(line)))
        expect({ table: table.name, deletes }).toEqual({ table: table.name, deletes: true });
  for (const [name, rewrites] of VARIANTS) {
    const variant = rewrite(given.plan, rewrites);
    if (explainText(variant) === explainText(plain)) continue;
    const other = await outcome({ ...given, rewrites });
    const free = [...upserted(plain), ...upserted(variant)];
    const comparable = (one: typeof all) => ({
      ...one,
      changes: Object.fromEntries(Object.entries(one.changes).filter(([table]) => !free.includes(table))),
    });
    expect({ name, ...comparable(other) }).toEqual({ name, ...comparable(all) });
  }
}

const check = (epochRows: number) => (given: Case) =>
  expectSame({
    plan: given.plan,
    start: EVENING,
    events: eventsOf(given),
    tables: heldBy(given),
    epochRows,
  });

describe('random jobs come to the same with all rewrites, none, and each left out', () => {
  test.each([
    [1, 60],
    [7, 150],
    [1000, 60],
  ])('operators in any order, %i rows an epoch', async (epochRows, runs) => {
    await holds(runs, anyCases, shown(check(epochRows)));
  });

  test('over a keyed source, 7 rows an epoch', async () => {
    await holds(50, keyedCases, shown(check(7)));
  });

  test.each([1, 7])('with state that is let go, %i rows an epoch', async (epochRows) => {
    await holds(40, windowedCases, shown(check(epochRows)));
  });
});

test.each(EXAMPLES)('$name comes to the same', async ({ job, clock, before, rows }) => {
  for (const epochRows of [1, 3, 1000])
    await expectSame({
      plan: job.plan,
      start: Date.parse(clock),
      events: rows.map((object) => ({ object, after: 0 })),
      tables: before,
      epochRows,
    });
});

test('each rewrite changes one of the plans that are compared', async () => {
  const changed = new Set<string>();
  const note = ({ plan }: { readonly plan: JobPlan }) => {
    for (const name of rewriteNames)
      if (explainText(rewrite(plan)) !== explainText(rewrite(plan, { [name]: false }))) changed.add(name);
  };
  for (const { job } of EXAMPLES) note(job);
  await holds(80, anyCases, async ({ plan }) => note({ plan }));
  expect([...changed].sort()).toEqual([...rewriteNames].sort());
});

test('a name that is none is refused', () => {
  const [{ job }] = EXAMPLES as [(typeof EXAMPLES)[number]];
  expect(() => rewrite(job.plan, { pruneField: false } as Rewrites)).toThrow(
    "there is no rewrite 'pruneField': did you mean 'pruneFields'?",
  );
});
