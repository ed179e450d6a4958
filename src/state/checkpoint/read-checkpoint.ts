import { existsSync } from 'node:fs';
import { MillraceError } from '../../errors.ts';
import { SqliteFile } from '../../sqlite/sqlite-file.ts';
import type { KeptColumn } from './block.ts';
import { checkpointError, damagedIn } from './checkpoint-error.ts';
import type { KeptPart } from './checkpoint-log.ts';
import { checkMeta, metaOf } from './meta.ts';
import { checkpointPath } from './paths.ts';
import { readRejected, type StoredEntry } from './quarantine.ts';
import { readState } from './read-state.ts';

/** Bytes that a checkpoint file holds. */
export interface StoredSizes {
  readonly snapshot: number;
  /** Changes of state since. */
  readonly log: number;
  /** Effects on tables, kept for databases that lose their last commits. */
  readonly outbox: number;
  /** Rejected rows as they came. */
  readonly quarantine: number;
}

/** Checkpoints that are looked into, perhaps while a run writes them. */
export interface CheckpointReader {
  /** The last epoch; undefined before the first. */
  readonly last: { readonly epoch: number; readonly head: string } | undefined;
  readonly parts: readonly KeptPart[];
  /** Random id of the state, made with it: the tables' fences name it. */
  owner(): Promise<string>;
  /** Gives all that is kept of the state, in the order in which it is to be taken in. */
  state(take: (part: number, block: Buffer) => void): Promise<void>;
  sizes(): Promise<StoredSizes>;
  countRejected(): Promise<number>;
  /** The rejected rows, by source, file in order of reading, offset. */
  rejected(): AsyncGenerator<StoredEntry>;
}

/** How checkpoints are looked into. */
export interface ReadOptions {
  /** Another job's, or of another format: exit 3. */
  readonly job?: string;
  /** All that is read belongs to one epoch. The file of a run that goes on grows meanwhile: not for readers that may wait. */
  readonly oneEpoch?: boolean;
}

/**
 * Looks into the checkpoints of a state directory. Undefined where there are none.
 * @throws MillraceError where they cannot be read
 */
export async function readCheckpoint<T>(
  directory: string,
  work: (reader: CheckpointReader) => Promise<T>,
  { job, oneEpoch = false }: ReadOptions = {},
): Promise<T | undefined> {
  const path = checkpointPath(directory);
  if (!existsSync(path)) return undefined;
  try {
    const file = await SqliteFile.open(path, { readOnly: true });
    try {
      // Its first query chooses what it sees; closing ends it.
      if (oneEpoch) await file.run('BEGIN');
      const [tables] = await file.rows<{ n: number }>('SELECT count(*) AS n FROM sqlite_schema');
      if (tables?.n === 0) throw damagedIn(directory)('it is empty');
      if (job !== undefined) checkMeta(directory, job, await metaOf(file));
      return await work(await readerOf(file, directory));
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof MillraceError ? error : checkpointError(directory, error);
  }
}

async function readerOf(file: SqliteFile, directory: string): Promise<CheckpointReader> {
  const [last] = await file.rows<{ epoch: number; head: string }>(
    'SELECT epoch, head FROM epochs ORDER BY epoch DESC LIMIT 1',
  );
  const parts = await file.rows<Omit<KeptPart, 'columns'> & { columns: string }>(
    'SELECT id, kind, owner, name, columns, description FROM parts ORDER BY id',
  );
  const one = async (query: string): Promise<number> => {
    const [found] = await file.rows<{ n: number | null }>(query);
    return found?.n ?? 0;
  };
  return {
    last,
    parts: parts.map((part) => ({ ...part, columns: JSON.parse(part.columns) as KeptColumn[] })),
    owner: async () => (await metaOf(file)).get('owner') ?? '',
    state: (take) => readState(file, damagedIn(directory), take),
    sizes: async () => ({
      snapshot: await one('SELECT sum(length(data)) AS n FROM chunks'),
      log: await one('SELECT sum(length(state)) AS n FROM epochs'),
      outbox: await one('SELECT sum(length(outbox)) AS n FROM epochs'),
      quarantine: await one('SELECT sum(length(raw)) AS n FROM quarantine'),
    }),
    countRejected: () => one('SELECT count(*) AS n FROM quarantine'),
    rejected: () => readRejected(file),
  };
}
