import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explainText } from '../../src/plan/explain.ts';
import type { JobPlan } from '../../src/plan/node.ts';
import { validate } from '../../src/plan/validate.ts';
import { answer } from './answer.ts';
import { eventRow, plans } from './arbitrary/plans.ts';
import { decoded } from './decode.ts';
import { expectAnswers } from './expect-answers.ts';
import type { Event } from './history.ts';
import { holds } from './property.ts';
import type { Row, Value } from './types.ts';

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

const cases = (windows: boolean, minutes: fc.Arbitrary<number>, rows: number): fc.Arbitrary<Case> =>
  fc.record({
    plan: plans({ windows }),
    rows: fc
      .array(
        fc.record({
          row: fc.oneof(
            { weight: 20, arbitrary: eventRow(0) },
            { weight: 1, arbitrary: fc.constantFrom<unknown>(null, { id: 1 }, { id: 'x', k: 'a', g: 0 }) },
          ),
          minutes,
        }),
        { minLength: 1, maxLength: rows, size: 'max' },
      )
      .map((list) =>
        list.map(({ row, minutes: after }, i) => ({
          row: typeof row === 'object' && row !== null ? { ...row, g: Math.floor(i / 8) } : row,
          minutes: after,
        })),
      ),
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
  const looked = new Map(
    Object.entries(TABLES).map(([name, list]) => [name, list.map((row) => engineRow(plan, name, row))]),
  );
  const given = Object.fromEntries(Object.entries(TABLES).filter(([name]) => uses(plan, name)));
  const events = rows.map(({ row, minutes }): Event => ({ object: row, after: minutes * MINUTE }));
  await expectAnswers({ plan, start: EVENING, events, tables: given }, (prefix) => {
    const { tables, fate } = answer(plan, prefix, Object.fromEntries(looked));
    const all = (what: (typeof fate)[number]) => fate.flatMap((one, i) => (one === what ? [i] : []));
    return {
      tables,
      quarantined: all('quarantined'),
      counts: { applied: all('applied').length, filtered: all('filtered').length },
    };
  });
}

const uses = (plan: JobPlan, table: string): boolean =>
  JSON.stringify(plan, bigintText).includes(`"${table}"`);
const bigintText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value);

/** A row of a looked-up table as the oracle computes with it. */
function engineRow(_plan: JobPlan, name: string, row: Row): Row {
  if (name !== 'note') return row;
  const { weight = null } = row;
  const units: Value = weight === null ? null : BigInt((weight as string).replace('.', ''));
  return { ...row, weight: units };
}

describe('random jobs have the answer of the brute-force interpreter after every epoch, at every epoch size', () => {
  test('operators in any order, with retractions and lost keys', async () => {
    await holds(400, cases(false, fc.integer({ min: -5, max: 90 }), 30), check);
  });

  test('with state that is let go once it has come to rest', async () => {
    await holds(120, cases(true, fc.integer({ min: 0, max: 10 }), 60), check);
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
