import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MillraceError, refused, wrong } from '../errors.ts';
import type { FileLock } from '../sqlite/file-lock.ts';
import { restoreWords } from './checkpoint/checkpoint-error.ts';
import type { CheckpointLog, CheckpointOptions } from './checkpoint/checkpoint-log.ts';
import { makeDurable, renameDurably } from './checkpoint/durable-files.ts';
import { checkpointPath, FORMAT } from './checkpoint/paths.ts';

const IDENTITY = 'identity.json';
const LOCK = 'lock.db';

interface Identity {
  readonly format: number;
  readonly job: string;
}

/** The default state directory, below the working directory. */
export const defaultStateDirectory = (environment: string, job: string): string =>
  join('.millrace', environment, job);

/** The job that a state directory belongs to; undefined where it is no state directory. */
async function identityOf(directory: string): Promise<Identity | undefined> {
  let text: string;
  try {
    text = await readFile(join(directory, IDENTITY), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw wrong(`state directory ${directory} cannot be read: ${(error as Error).message}`, error);
  }
  try {
    const { format, job } = JSON.parse(text) as Partial<Identity>;
    if (typeof format === 'number' && typeof job === 'string') return { format, job };
  } catch {
    // Told below.
  }
  throw refused(`${join(directory, IDENTITY)} is damaged: give another --state directory`);
}

/** Exit 3 where the directory is another job's, or of another format. */
export async function refuseOtherState(directory: string, job: string, fresh = false): Promise<void> {
  const identity = await identityOf(directory);
  if (identity === undefined) return;
  if (identity.job !== job)
    throw refused(
      `state directory ${directory} belongs to the job '${identity.job}', not to '${job}': give another one, --state DIR`,
    );
  if (identity.format !== FORMAT && !fresh)
    throw refused(
      `state directory ${directory} has format ${identity.format}, this version of millrace knows ${FORMAT}: give another --state directory, or start from empty state with --fresh`,
    );
}

/** What `--fresh` forgets. */
interface Forgotten {
  readonly epochs: number;
  readonly quarantined: number;
}

/** A state directory that is held. */
export interface HeldState {
  readonly checkpoints: CheckpointLog;
  /** Where the state is fresh: what was there before; undefined where nothing was, or it cannot be read. */
  readonly forgotten: Forgotten | undefined;
}

/** How a state directory is held. */
export interface StateOptions extends Pick<CheckpointOptions, 'synchronous'> {
  /** Forgets what is there. */
  readonly fresh: boolean;
}

/**
 * Does work with the checkpoints of a state directory, which is made where there is none, noted as the job's, and locked meanwhile. Another
 * job's, one that another run uses, one that is damaged: exit 3; one that cannot be written: exit 2.
 */
export async function inStateDirectory<T>(
  directory: string,
  job: string,
  options: StateOptions,
  work: (state: HeldState) => Promise<T>,
): Promise<T> {
  const { fresh, synchronous } = options;
  await refuseOtherState(directory, job, fresh);
  const lock = await locked(directory, job);
  try {
    const { CheckpointLog } = await import('./checkpoint/checkpoint-log.ts');
    const forgotten = fresh ? await forget(directory) : undefined;
    const expected = !fresh && (await identityOf(directory)) !== undefined;
    if (expected) await refuseMissing(directory);
    const checkpoints = await CheckpointLog.open(directory, job, { synchronous, expected });
    try {
      // Noted once there are checkpoints: where they are missing after that, they are lost.
      await writeIdentity(directory, { format: FORMAT, job });
      return await work({ checkpoints, forgotten });
    } finally {
      await checkpoints.close();
    }
  } finally {
    await lock.release();
  }
}

/** Files of SQLite beside the checkpoints. */
const BESIDE = ['-wal', '-shm'];

/**
 * Makes a state of a directory that holds none, and is made where it is missing: of all its files or, after a crash, of none. It is locked meanwhile. One that holds
 * a state, is another job's, or is in use: exit 3.
 * @param put writes the checkpoints to a path
 */
export async function fillStateDirectory(
  directory: string,
  job: string,
  put: (path: string) => Promise<void>,
): Promise<void> {
  await refuseOtherState(directory, job);
  const lock = await locked(directory, job);
  const path = checkpointPath(directory);
  const made = `${path}.new`;
  try {
    if ((await stat(path).catch(() => undefined)) !== undefined)
      throw refused(
        `state directory ${directory} holds a state of '${job}' already: move the directory away, or give another one, --state DIR`,
      );
    try {
      await put(made);
      // What is left of checkpoints that are gone would be taken for a part of these.
      for (const suffix of BESIDE) await rm(path + suffix, { force: true });
      await makeDurable(directory);
      await renameDurably(made, path);
    } catch (error) {
      await rm(made, { force: true });
      throw error instanceof MillraceError ? error : unwritable(directory, error);
    }
    await writeIdentity(directory, { format: FORMAT, job });
    await makeDurable(directory);
  } finally {
    await lock.release();
  }
}

/** Empties a directory of its state. */
async function forget(directory: string): Promise<Forgotten | undefined> {
  const { readCheckpoint } = await import('./checkpoint/read-checkpoint.ts');
  const forgotten = await readCheckpoint(directory, async (state) => ({
    epochs: state.last?.epoch ?? 0,
    quarantined: await state.countRejected(),
  })).catch(() => undefined);
  for (const suffix of ['', ...BESIDE]) await rm(checkpointPath(directory) + suffix, { force: true });
  return forgotten;
}

/** A state that was there once is never taken for one that begins: exit 3. */
export async function refuseMissing(directory: string): Promise<void> {
  const path = checkpointPath(directory);
  if ((await stat(path).catch(() => undefined)) !== undefined) return;
  throw refused(
    `${path} is missing, though the job has run with this state directory. Nothing was read or written: ${restoreWords(directory)}; or start from empty state with --fresh`,
  );
}

/** Locks a directory, which is made where there is none. In use: exit 3. */
async function locked(directory: string, job: string): Promise<FileLock> {
  const { lockFile } = await import('../sqlite/file-lock.ts');
  let lock: FileLock | undefined;
  try {
    await mkdir(directory, { recursive: true });
    lock = await lockFile(join(directory, LOCK));
  } catch (error) {
    throw unwritable(directory, error);
  }
  if (lock !== undefined) return lock;
  throw refused(
    `state directory ${directory} is in use by another run of '${job}': wait for it, stop it, or give another one, --state DIR`,
  );
}

async function writeIdentity(directory: string, identity: Identity): Promise<void> {
  const path = join(directory, IDENTITY);
  try {
    await writeFile(`${path}.new`, `${JSON.stringify(identity)}\n`);
    await rename(`${path}.new`, path);
  } catch (error) {
    throw unwritable(directory, error);
  }
}

const unwritable = (directory: string, error: unknown): MillraceError =>
  wrong(`state directory ${directory} cannot be written: ${(error as Error).message}`, error);
