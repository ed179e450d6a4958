// Random jobs, each with what happens to it.
import fc from 'fast-check';
import { tablesOf } from '../../../src/plan/derive/tables.ts';
import { explainText } from '../../../src/plan/explain.ts';
import type { JobPlan } from '../../../src/plan/node.ts';
import type { Event } from '../history.ts';
import type { Row } from '../types.ts';
import { eventRow, plans } from './plans.ts';

/** The clock before the first row. */
export const EVENING = Date.parse('2025-01-15T22:00:00+08:00');
const MINUTE = 60_000;

/** Tables that are looked up, as programs see them. */
const TABLES: Readonly<Record<string, readonly Row[]>> = {
  note: [
    { key: 'a', note: 'first', weight: '1.50' },
    { key: 'A', note: null, weight: null },
    { key: '', note: 'empty', weight: '-0.01' },
    { key: 'BAD', note: 'bad', weight: '0.00' },
  ],
  account: [
    { owner: 1, balance: 10, remark: 'a' },
    { owner: 2, balance: null, remark: 'bad' },
  ],
};

/** A job and its rows, each with the minutes that the clock goes on before it. */
export interface Case {
  readonly plan: JobPlan;
  readonly rows: readonly { readonly row: unknown; readonly minutes: number; readonly deleted?: boolean }[];
}

const garbage = fc.constantFrom<unknown>(null, { id: 1 }, { id: 'x', k: 'a', g: 0 });

function cases(plan: fc.Arbitrary<JobPlan>, minutes: fc.Arbitrary<number>, most: number): fc.Arbitrary<Case> {
  const row = fc.oneof({ weight: 20, arbitrary: eventRow }, { weight: 1, arbitrary: garbage });
  const rows = fc.array(fc.record({ row, minutes }), { minLength: 1, maxLength: most, size: 'max' });
  return fc.record({ plan, rows: rows.map((list) => list.map(numbered)) });
}

/** `g` counts on every eight rows, so that a key that holds it does not come back. */
const numbered = ({ row, ...rest }: Case['rows'][number], i: number): Case['rows'][number] => ({
  ...rest,
  row: typeof row === 'object' && row !== null ? { ...row, g: Math.floor(i / 8) } : row,
});

/** Operators in any order, with retractions and lost keys. */
export const anyCases = cases(plans({ windows: false }), fc.integer({ min: -5, max: 90 }), 30);

/** Over a keyed source: each row replaces that of its key, or says that it is gone. */
export const keyedCases: fc.Arbitrary<Case> = fc.record({
  plan: plans({ windows: false, keyed: true }),
  rows: fc
    .array(
      fc.record({
        row: fc.oneof({ weight: 20, arbitrary: eventRow }, { weight: 1, arbitrary: garbage }),
        minutes: fc.integer({ min: -5, max: 90 }),
        deleted: fc.nat(2).map((n) => n === 0),
      }),
      { minLength: 1, maxLength: 30, size: 'max' },
    )
    .map((list) => list.map(numbered)),
});

/** The same with state that is let go once it has come to rest. */
export const windowedCases = cases(plans({ windows: true }), fc.integer({ min: 0, max: 10 }), 60);

/** The rows of a case as they happen. */
export const eventsOf = ({ rows }: Case): readonly Event[] =>
  rows.map(({ row, minutes, deleted }) => ({
    object: row,
    after: minutes * MINUTE,
    ...(deleted && { deleted }),
  }));

/** What the tables that a case looks up hold at the start, as programs see it. */
export const heldBy = ({ plan }: Case): Readonly<Record<string, readonly Row[]>> =>
  Object.fromEntries(
    tablesOf(plan)
      .filter(({ looksUp }) => looksUp)
      .map(({ table: { name } }) => [name, TABLES[name] ?? []]),
  );

/** Checks a case; one that fails is shown as a person reads it. */
export const shown =
  (check: (given: Case) => Promise<void>) =>
  async (given: Case): Promise<void> => {
    try {
      await check(given);
    } catch (error) {
      const lines = given.rows.map(
        ({ row, minutes, deleted }) =>
          `+${minutes} min ${deleted ? 'gone ' : ''}${JSON.stringify(row, bigintText)}`,
      );
      throw new Error(`${explainText(given.plan)}\n${lines.join('\n')}`, { cause: error });
    }
  };

const bigintText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value);
