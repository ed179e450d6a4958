import { open, rm, stat } from 'node:fs/promises';
import { failed, MillraceError, refused, wrong } from '../../errors.ts';
import { SqliteFile } from '../../sqlite/sqlite-file.ts';
import { checkpointError, type Damaged, damagedIn } from './checkpoint-error.ts';
import { renameDurably } from './durable-files.ts';
import { checkMeta, metaOf } from './meta.ts';
import { checkpointPath, FORMAT } from './paths.ts';
import { verifyCheckpoint } from './verify-checkpoint.ts';

/** A copy of a job's checkpoints. */
export interface CheckpointCopy {
  /** The last epoch; undefined before the first. */
  readonly epoch: number | undefined;
  /** Bytes of the file. */
  readonly bytes: number;
}

/** What SQLite says of a file that is no database of its kind, or not what was written. */
const DAMAGE = ['SQLITE_CORRUPT', 'SQLITE_NOTADB'];

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? '';

/**
 * Copies the checkpoints of a state directory into one file, as they stand at one moment; a run may go on meanwhile. The copy is read back and gets its name when
 * it is whole and durable; a file of that name is replaced.
 * @throws MillraceError exit 3: what would be copied is damaged; exit 1 or 2: the copy cannot be written
 */
export async function backUpCheckpoint(directory: string, job: string, to: string): Promise<CheckpointCopy> {
  const made = `${to}.new`;
  try {
    await copyFile(checkpointPath(directory), made, (error) => checkpointError(directory, error));
    const epoch = await verified(made, damagedIn(directory), (meta) => checkMeta(directory, job, meta));
    const { size } = await stat(made);
    await renameDurably(made, to).catch((error) => {
      throw unwritable(to, error);
    });
    return { epoch, bytes: size };
  } catch (error) {
    await rm(made, { force: true });
    throw error;
  }
}

async function verified(
  path: string,
  damaged: Damaged,
  check: (meta: ReadonlyMap<string, string>) => void = () => {},
): Promise<number | undefined> {
  const file = await SqliteFile.open(path, { readOnly: true });
  try {
    check(await metaOf(file));
    return await verifyCheckpoint(file, damaged);
  } catch (error) {
    throw DAMAGE.includes(codeOf(error)) ? damaged((error as Error).message) : error;
  } finally {
    await file.close();
  }
}

/** Copies a database, whoever writes it. @param unreadable the error that it cannot be read */
async function copyFile(
  from: string,
  to: string,
  unreadable: (error: unknown) => MillraceError,
): Promise<void> {
  await rm(to, { force: true });
  // SQLite says less of why it cannot make a file.
  await (await open(to, 'wx').catch((error) => Promise.reject(unwritable(to, error)))).close();
  const file = await SqliteFile.open(from, { readOnly: true }).catch((error) => {
    throw unreadable(error);
  });
  try {
    await file.copyInto(to);
  } catch (error) {
    throw DAMAGE.includes(codeOf(error)) ? unreadable(error) : unwritable(to, error);
  } finally {
    await file.close();
  }
}

function unwritable(path: string, error: unknown): MillraceError {
  const code = codeOf(error);
  const full = code === 'SQLITE_FULL' || code === 'ENOSPC';
  if (full)
    return failed(`${path} cannot be written: the disk is full. Free some space and try again`, error);
  return wrong(`${path} cannot be written: ${(error as Error).message}`, error);
}

/**
 * The last epoch of a copy that `backUpCheckpoint` made; undefined before the first. All of it is read.
 * @throws MillraceError exit 2: there is no such file, or it is no copy; exit 3: it is another job's, of another format, or damaged
 */
export async function checkCopy(path: string, job: string): Promise<number | undefined> {
  const damaged: Damaged = (what) =>
    refused(`${path} is damaged: ${what}. Nothing was restored. Take another copy`);
  const meta = await copyMeta(path, damaged);
  const format = meta.get('format');
  if (format !== String(FORMAT))
    throw refused(
      `${path} has format ${format}, this version of millrace knows ${FORMAT}. Nothing was restored. Use the version that made it`,
    );
  const owner = meta.get('job');
  if (owner !== job)
    throw refused(
      `${path} is a copy of the job '${owner}', not of '${job}'. Nothing was restored. Restore it with npx millrace restore ${owner} ${path}`,
    );
  return verified(path, damaged);
}

async function copyMeta(path: string, damaged: Damaged): Promise<ReadonlyMap<string, string>> {
  const none = (error: unknown) =>
    wrong(`${path} is no copy of a state: name a file that npx millrace backup <job> <file> made`, error);
  let file: SqliteFile | undefined;
  try {
    const { size } = await stat(path);
    if (size === 0) throw none(undefined);
    file = await SqliteFile.open(path, { readOnly: true });
    const meta = await metaOf(file);
    if (!meta.has('job')) throw none(undefined);
    return meta;
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    const code = codeOf(error);
    if (code === 'SQLITE_CORRUPT') throw damaged((error as Error).message);
    // A database without the table, or no database.
    if (code === 'SQLITE_ERROR' || code === 'SQLITE_NOTADB') throw none(error);
    throw wrong(`${path} cannot be read: ${(error as Error).message}`, error);
  } finally {
    await file?.close();
  }
}

/** Writes the checkpoints of such a copy to a path, as they stand in it. */
export const writeCopy = (from: string, to: string): Promise<void> =>
  copyFile(from, to, (error) => wrong(`${from} cannot be read: ${(error as Error).message}`, error));
