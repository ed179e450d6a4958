import type { SqliteFile } from '../../sqlite/sqlite-file.ts';
import type { Damaged } from './checkpoint-error.ts';
import { readState } from './read-state.ts';
import { checkedEpoch, type StoredEpoch } from './stored-epoch.ts';

/** Epochs that are read at once. */
const STEP = 64;

interface Stored extends StoredEpoch {
  readonly changes: number;
}

/**
 * Reads every record of checkpoints: SQLite's own structure, checksums, epochs without a gap.
 * @returns the last epoch; undefined before the first
 * @throws `damaged`'s error where they are not what was written; errors of the driver
 */
export async function verifyCheckpoint(file: SqliteFile, damaged: Damaged): Promise<number | undefined> {
  const [found] = await file.rows<{ integrity_check: string }>('PRAGMA integrity_check(1)');
  if (found?.integrity_check !== 'ok') throw damaged(found?.integrity_check ?? 'it cannot be checked');
  await readState(file, damaged, () => {});
  let last: Stored | undefined;
  for (;;) {
    const records: readonly Stored[] = await file.rows<Stored>(
      `SELECT epoch, checksum, head, outbox, state IS NOT NULL AS changes FROM epochs WHERE epoch > ? ORDER BY epoch LIMIT ${STEP}`,
      [last?.epoch ?? 0],
    );
    for (const record of records) {
      checkedEpoch(damaged, record);
      if (last !== undefined && record.epoch !== last.epoch + 1)
        throw damaged(`epoch ${last.epoch + 1} is missing`);
      if (last !== undefined && record.changes < last.changes)
        throw damaged(`the changes of epoch ${record.epoch} are missing`);
      last = record;
    }
    if (records.length < STEP) break;
  }
  if (last?.changes === 0) throw damaged(`the changes of epoch ${last.epoch} are missing`);
  return last?.epoch;
}
