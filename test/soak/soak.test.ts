// A state whose keys end does not grow: two hours of ever new keys, in seconds here, in minutes with a million rows and more (`npm run test:soak`).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { type Load, soak } from './soak.ts';

/** MILLRACE_SOAK rows; the short form has small epochs and snapshots, so that as much comes and goes. */
const LONG = Number(process.env.MILLRACE_SOAK ?? 0);
const LOAD: Load =
  LONG > 0
    ? { rows: LONG, epochRows: 200, snapshotAfter: 4_000_000, samples: 60 }
    : { rows: 21_000, epochRows: 14, snapshotAfter: 42_000, samples: 30 };
/** From the end of the first hour to that of the second. Where every key stayed, it would be the double. */
const MOST_GROWTH = 0.05;
type Held = 'memory' | 'files' | 'snapshot';
jest.setTimeout(60_000 + LONG);

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`;

test('memory and files of a state whose keys end are flat, and the tables are right', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-soak-'));
  try {
    const { samples, summary, found, wanted } = await soak(folder, LOAD);
    expect(summary.epochs).toBe(LOAD.rows / LOAD.epochRows);
    expect(summary.sources.page_view).toMatchObject({ read: LOAD.rows, applied: LOAD.rows });
    expect(found.hour_total).toEqual(wanted.hour_total);
    expect(found.last_page).toEqual(wanted.last_page);

    // Keys live for a twelfth of the time, effects on tables for a thousand epochs: long before the end of the first hour all has come and gone.
    const mean = (what: Held, from: number, to: number): number => {
      const some = samples.slice(samples.length * from, samples.length * to);
      return some.reduce((sum, sample) => sum + sample[what], 0) / some.length;
    };
    if (LONG > 0)
      for (const { epoch, memory, files, snapshot } of samples)
        process.stdout.write(
          `epoch ${epoch}: memory ${megabytes(memory)}, state ${megabytes(files)}, snapshot ${megabytes(snapshot)}\n`,
        );
    // In seconds, other memory comes and goes, and files find their size: there the snapshot alone tells.
    const held: readonly Held[] = LONG > 0 ? ['snapshot', 'memory', 'files'] : ['snapshot'];
    for (const what of held) {
      const growth = mean(what, 0.85, 1) / mean(what, 0.35, 0.5) - 1;
      expect({ what, flat: growth < MOST_GROWTH, growth, samples }).toMatchObject({ what, flat: true });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
