import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tablesOf } from '../../src/plan/derive/tables.ts';
import { explainText } from '../../src/plan/explain.ts';
import type { JobPlan } from '../../src/plan/node.ts';
import { validate } from '../../src/plan/validate.ts';
import { answer } from './answer.ts';
import { eventRow, plans } from './arbitrary/plans.ts';
import { decoded } from './decode.ts';
import { expectAnswers } from './expect-answers.ts';
import type { Event } from './history.ts';
import { holds } from './property.ts';
import type { Row } from './types.ts';

const EVENING = Date.parse('2025-01-15T22:00:00+08:00');
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

interface Case {
  readonly plan: JobPlan;
  readonly rows: readonly { readonly row: unknown; readonly minutes: number }[];
}

const garbage = fc.constantFrom<unknown>(null, { id: 1 }, { id: 'x', k: 'a', g: 0 });

function cases(plan: fc.Arbitrary<JobPlan>, minutes: fc.Arbitrary<number>, most: number): fc.Arbitrary<Case> {
  const row = fc.oneof({ weight: 20, arbitrary: eventRow }, { weight: 1, arbitrary: garbage });
  const rows = fc.array(fc.record({ row, minutes }), { minLength: 1, maxLength: most, size: 'max' });
  return fc.record({ plan, rows: rows.map((list) => list.map(numbered)) });
}

/** `g` counts on every eight rows, so that a key that holds it does not come back. */
const numbered = ({ row, minutes }: Case['rows'][number], i: number): Case['rows'][number] => ({
  row: typeof row === 'object' && row !== null ? { ...row, g: Math.floor(i / 8) } : row,
  minutes,
});

/** Checks a case; what fails is shown as a person reads it. */
async function check(given: Case): Promise<void> {
  try {
    await compare(given);
  } catch (error) {
    const lines = given.rows.map(({ row, minutes }) => `+${minutes} min ${JSON.stringify(row, bigintText)}`);
    throw new Error(`${explainText(given.plan)}\n${lines.join('\n')}`, { cause: error });
  }
}

async function compare({ plan, rows }: Case): Promise<void> {
  expect(validate(plan)).toEqual([]);
  const lookedUp = tablesOf(plan)
    .filter(({ looksUp }) => looksUp)
    .map(({ table }) => table);
  const held = Object.fromEntries(
    lookedUp.map((table) => [
      table.name,
      (TABLES[table.name] ?? []).map((row) => decoded(table, row) as Row),
    ]),
  );
  await expectAnswers(
    {
      plan,
      start: EVENING,
      events: rows.map(({ row, minutes }): Event => ({ object: row, after: minutes * MINUTE })),
      tables: Object.fromEntries(lookedUp.map(({ name }) => [name, TABLES[name] ?? []])),
    },
    (prefix) => {
      const { tables, fate } = answer(plan, prefix, held);
      const places = (what: (typeof fate)[number]) => fate.flatMap((one, i) => (one === what ? [i] : []));
      const counts = { applied: places('applied').length, filtered: places('filtered').length };
      return { tables, quarantined: places('quarantined'), counts };
    },
  );
}

const bigintText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value);

describe('random jobs have the answer of the brute-force interpreter after every epoch, at every epoch size', () => {
  test('operators in any order, with retractions and lost keys', async () => {
    await holds(350, cases(plans({ windows: false }), fc.integer({ min: -5, max: 90 }), 30), check);
  });

  test('with state that is let go once it has come to rest', async () => {
    await holds(120, cases(plans({ windows: true }), fc.integer({ min: 0, max: 10 }), 60), check);
  });
});

test('rows are decoded as the source decodes them', () => {
  const columns = [
    { name: 'n', type: 'BIGINT', nullable: false, length: null, from: 'text' },
    { name: 't', type: 'VARCHAR', nullable: true, length: null, from: 'text' },
  ] as const;
  const schema = { kind: 'source', name: 's', columns, options: {} } as const;
  expect(decoded(schema, { n: -0, t: '\u{1f600}' })).toEqual({ n: 0, t: '\u{1f600}' });
  for (const object of [{}, { n: 1.5 }, { n: '1' }, { n: 2 ** 53 }, { n: 1, t: '\ud83d' }, null, 'n'])
    expect(decoded(schema, object)).toBeNull();
});
