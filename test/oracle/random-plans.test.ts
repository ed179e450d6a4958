import { describe, expect, test } from '@jest/globals';
import { tablesOf } from '../../src/plan/derive/tables.ts';
import { validate } from '../../src/plan/validate.ts';
import { answer } from './answer.ts';
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
import { decoded } from './decode.ts';
import { expectAnswers } from './expect-answers.ts';
import { holds } from './property.ts';
import type { Row } from './types.ts';

/** Compares a run with the interpreter's answers; what operators promise one another is checked meanwhile. */
async function check(given: Case): Promise<void> {
  const { plan } = given;
  expect(validate(plan)).toEqual([]);
  const tables = heldBy(given);
  const held = Object.fromEntries(
    tablesOf(plan)
      .filter(({ looksUp }) => looksUp)
      .map(({ table }) => [table.name, (tables[table.name] ?? []).map((row) => decoded(table, row) as Row)]),
  );
  await expectAnswers({ plan, start: EVENING, events: eventsOf(given), tables, debug: true }, (prefix) => {
    const { tables, fate } = answer(plan, prefix, held);
    const places = (what: (typeof fate)[number]) => fate.flatMap((one, i) => (one === what ? [i] : []));
    const counts = { applied: places('applied').length, filtered: places('filtered').length };
    return { tables, quarantined: places('quarantined'), counts };
  });
}

describe('random jobs have the answer of the brute-force interpreter after every epoch, at every epoch size', () => {
  test('operators in any order, with retractions and lost keys', async () => {
    await holds(250, anyCases, shown(check));
  });

  test('over a keyed source, whose rows are replaced and go', async () => {
    await holds(100, keyedCases, shown(check));
  });

  test('with state that is let go once it has come to rest', async () => {
    await holds(90, windowedCases, shown(check));
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
