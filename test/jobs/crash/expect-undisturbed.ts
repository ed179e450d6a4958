import { expect } from '@jest/globals';
import { type Campaign, Kills, oracleTables, undisturbed } from './campaign.ts';
import { LONG, SEED } from './settings.ts';

const calm = new Map<string, ReturnType<typeof undisturbed>>();
/** An undisturbed run; the short form makes one of each job, whatever the database: tables and counts are the same. */
function calmOf({ program, subject, kinds }: Omit<Parts, 'targets'>): ReturnType<typeof undisturbed> {
  const key = `${subject.name} ${LONG ? kinds : ''}`;
  const known = calm.get(key) ?? undisturbed({ program, subject, kinds });
  calm.set(key, known);
  return known;
}

type Parts = Pick<Campaign, 'program' | 'subject' | 'kinds' | 'targets'>;

/** Kills a job at these points: it leaves behind what an undisturbed run and the oracle do, and readers see whole epochs. The seed of `MILLRACE_SEED` replays a failure. */
export async function expectUndisturbed(parts: Parts): Promise<void> {
  const { ending, faults } = await calmOf(parts);
  expect({ faults, tables: ending.tables }).toEqual({ faults: [], tables: oracleTables(parts.subject) });
  const outcome = await new Kills({ seed: SEED, wanted: ending, ...parts }).all();
  const { kills, epochsSeen, ...wrong } = outcome;
  expect({ seed: SEED, ...wrong }).toEqual({ seed: SEED, unreached: [], differences: [], faults: [] });
  expect(kills).toBeGreaterThanOrEqual(parts.targets.length);
  // Readers did look in the middle.
  expect(epochsSeen).toBeGreaterThan(1);
  if (LONG)
    process.stderr.write(
      `${parts.subject.name}, ${parts.kinds.join(' and ')}: ${kills} kills, ${epochsSeen} epochs seen\n`,
    );
}
