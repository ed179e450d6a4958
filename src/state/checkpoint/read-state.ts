import type { SqliteFile } from '../../sqlite/sqlite-file.ts';
import type { Damaged } from './checkpoint-error.ts';
import { withoutChecksum } from './checksum.ts';
import { unpack } from './pack.ts';

/** Chunk numbers of one part: part and number make the id of a chunk. */
export const CHUNKS = 2 ** 32;
/** Rows that are read at once. */
const STEP = 64;

/**
 * Gives all that a file keeps of the state, in the order in which it is to be taken in: chunks, then the changes of the log.
 * @param given told the bytes of each stored piece once it is given
 * @throws MillraceError where a piece does not match its checksum; errors of the driver
 */
export async function readState(
  file: SqliteFile,
  damaged: Damaged,
  take: (part: number, block: Buffer) => void,
  given: (bytes: number) => void = () => {},
): Promise<void> {
  for (let after = -1; ; ) {
    const rows = await file.rows<{ id: number; data: Buffer }>(
      `SELECT id, data FROM chunks WHERE id > ? ORDER BY id LIMIT ${STEP}`,
      [after],
    );
    for (const { id, data } of rows) {
      take(Math.floor(id / CHUNKS), checked(damaged, data, `chunk ${id}`, id));
      given(data.length);
      after = id;
    }
    if (rows.length < STEP) break;
  }
  for (let after = 0; ; ) {
    const rows = await file.rows<{ epoch: number; state: Buffer }>(
      `SELECT epoch, state FROM epochs WHERE epoch > ? AND state IS NOT NULL ORDER BY epoch LIMIT ${STEP}`,
      [after],
    );
    for (const { epoch, state } of rows) {
      for (const { part, block } of unpack(checked(damaged, state, `epoch ${epoch}`, epoch)))
        take(part, block);
      given(state.length);
      after = epoch;
    }
    if (rows.length < STEP) break;
  }
}

function checked(damaged: Damaged, bytes: Buffer, what: string, seed: number): Buffer {
  const whole = withoutChecksum(bytes, seed);
  if (whole === undefined) throw damaged(`${what} does not match its checksum`);
  return whole;
}
