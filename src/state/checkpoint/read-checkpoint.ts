import { existsSync } from 'node:fs';
import { MillraceError } from '../../errors.ts';
import { SqliteFile } from '../../sqlite/sqlite-file.ts';
import type { KeptColumn } from './block.ts';
import { checkpointError } from './checkpoint-error.ts';
import type { KeptPart } from './checkpoint-log.ts';
import { checkpointPath } from './paths.ts';
import { readRejected, type StoredEntry } from './quarantine.ts';

/** Checkpoints that are looked into, perhaps while a run writes them. */
export interface CheckpointReader {
  /** The last epoch; undefined before the first. */
  readonly last: { readonly epoch: number; readonly head: string } | undefined;
  readonly parts: readonly KeptPart[];
  countRejected(): Promise<number>;
  /** The rejected rows, by source, file in order of reading, offset. */
  rejected(): AsyncGenerator<StoredEntry>;
}

/**
 * Looks into the checkpoints of a state directory. Undefined where there are none.
 * @throws MillraceError where they cannot be read
 */
export async function readCheckpoint<T>(
  directory: string,
  work: (reader: CheckpointReader) => Promise<T>,
): Promise<T | undefined> {
  const path = checkpointPath(directory);
  if (!existsSync(path)) return undefined;
  try {
    const file = await SqliteFile.open(path, { readOnly: true });
    try {
      const [last] = await file.rows<{ epoch: number; head: string }>(
        'SELECT epoch, head FROM epochs ORDER BY epoch DESC LIMIT 1',
      );
      const parts = await file.rows<Omit<KeptPart, 'columns'> & { columns: string }>(
        'SELECT id, kind, owner, name, columns, description FROM parts ORDER BY id',
      );
      return await work({
        last,
        parts: parts.map((part) => ({ ...part, columns: JSON.parse(part.columns) as KeptColumn[] })),
        async countRejected() {
          const [count] = await file.rows<{ n: number }>('SELECT count(*) AS n FROM quarantine');
          return count?.n ?? 0;
        },
        rejected: () => readRejected(file),
      });
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof MillraceError ? error : checkpointError(directory, error);
  }
}
