// The same kills and readers, and a product that is wrong in one way (`sabotage.mjs`): what does not show here would not show where it is a mistake.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { databaseKinds } from '../../databases.ts';
import { type Campaign, Kills, type Outcome, undisturbed } from './campaign.ts';
import type { Sabotage } from './life.ts';
import { type Program, packProgram } from './program.ts';
import { LONG, SEED } from './settings.ts';
import { ALERT, EPOCH_ROWS, HOURLY, PAGE, ROWS, type Subject } from './subjects.ts';

jest.setTimeout(180_000);

let program: Program;
beforeAll(async () => {
  // All of a history is in the outbox.
  program = await packProgram(false);
});
afterAll(() => program.remove());

const kinds = LONG ? databaseKinds : databaseKinds.slice(0, 1);

type Parts = Pick<Campaign, 'subject' | 'kinds'>;
const calm = new Map<string, ReturnType<typeof undisturbed>>();
/** An undisturbed run, made once. */
function calmOf({ subject, kinds: of }: Parts): ReturnType<typeof undisturbed> {
  const key = `${subject.name} ${of}`;
  const known = calm.get(key) ?? undisturbed({ program, subject, kinds: of });
  calm.set(key, known);
  return known;
}

const last = (passed: number): number => passed;

/** The outcome of one kill, at a point that is chosen by how often an undisturbed process passes it. */
async function outcomeOf(
  sabotage: Sabotage,
  { subject, kinds: of }: Parts,
  point: string,
  nthOf: (passed: number) => number,
): Promise<Outcome> {
  const { ending, run } = await calmOf({ subject, kinds: of });
  // How often a point is passed is not the same each time: group commits follow the database's pace.
  for (let nth = nthOf(run.passed[point] ?? 0); nth > 0; nth--) {
    const targets = [{ point, least: nth, most: nth }];
    const kills = new Kills({ program, subject, kinds: of, sabotage, targets, seed: SEED, wanted: ending });
    const outcome = await kills.all();
    if (outcome.kills === 1) return outcome;
  }
  throw new Error(`no process passed '${point}'`);
}

describe.each(kinds)('into %s', (kind) => {
  describe('the fence removed: after a kill every epoch of the outbox is applied again', () => {
    test('a job that writes back loses what it owed: an old link does not find what it read, and ends its chain', async () => {
      const { differences, faults } = await outcomeOf(
        'without fence',
        { subject: ALERT, kinds: [kind] },
        'database.begin before',
        last,
      );
      expect(differences.join('\n')).toContain('raw_info:');
      expect(faults.join('\n')).toContain('changed by another writer');
    });

    test('upserts alone come to the same tables in the end: their readers tell', async () => {
      const { differences, faults } = await outcomeOf(
        'without fence',
        { subject: PAGE, kinds: [kind] },
        'database.begin before',
        () => 2,
      );
      expect(differences).toEqual([]);
      expect(faults.join('\n')).toContain('user_last_log at epoch 0');
    });
  });

  test.each<Subject>([ALERT, HOURLY].slice(0, LONG ? 2 : 1))(
    'the offsets stored apart from the rows: an epoch is read twice ($name)',
    async (subject) => {
      const { differences } = await outcomeOf(
        'offsets apart',
        { subject, kinds: [kind] },
        'checkpoint.offsets before',
        () => 6,
      );
      expect(differences.join('\n')).toContain(`"read":${ROWS + EPOCH_ROWS},`);
    },
  );

  test('alert and baseline committed apart: an alert is missed for good', async () => {
    const { differences, faults } = await outcomeOf(
      'alerts apart',
      { subject: ALERT, kinds: [kind] },
      'database.upserts before',
      last,
    );
    expect(differences.join('\n')).toContain('wechat_activity_user:');
    expect(faults.join('\n')).toContain('wechat_activity_user at epoch');
  });
});
