import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type DatabaseKind, databaseKinds } from '../databases.ts';
import { differences, oracleTables, undisturbed, withDatabases } from './crash/campaign.ts';
import { chance } from './crash/chance.ts';
import { Life, secondsOf } from './crash/life.ts';
import { type Program, packProgram } from './crash/program.ts';
import { LONG, RANDOM_KILLS, SEED } from './crash/settings.ts';
import { ALERT, HOURLY, SUBJECTS, type Subject } from './crash/subjects.ts';

jest.setTimeout(120_000 + RANDOM_KILLS * 60_000);

let program: Program;
beforeAll(async () => {
  program = await packProgram();
});
afterAll(() => program.remove());

/** The short form: on every database the job that also reads what it writes, on SQLite one that keeps state. */
const subjectsOf = (kind: DatabaseKind): readonly Subject[] => {
  if (LONG) return SUBJECTS;
  return kind === 'sqlite' ? [HOURLY, ALERT] : [ALERT];
};

describe.each(databaseKinds)('a process that is killed at any instant, into %s', (kind) => {
  test.each(subjectsOf(kind))('$name: tables and counts are those of an undisturbed run', async (subject) => {
    const calm = await undisturbed({ program, subject, kinds: [kind] });
    expect(calm.ending.tables).toEqual(oracleTables(subject));
    await withDatabases([kind], async (databases) => {
      const life = await Life.begin({ program, subject, databases });
      let kills = 0;
      for (let step = 0; step < RANDOM_KILLS; step++) {
        // The first at once: a fast machine is not done by then.
        const killAfter = step === 0 ? 0 : chance(SEED, step) * secondsOf(calm.run) * 1000;
        const { killed } = await life.run({ killAfter });
        if (killed) kills++;
      }
      const ending = await life.ending(await life.run());
      const { faults, epochs } = await life.end();
      expect({ seed: SEED, faults, differences: differences(ending, calm.ending) }).toEqual({
        seed: SEED,
        faults: [],
        differences: [],
      });
      expect(kills).toBeGreaterThan(0);
      // The reader did look in the middle.
      expect(epochs).toBeGreaterThan(1);
    });
  });
});
