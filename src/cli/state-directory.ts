import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileLock } from '../connectors/sql/file-lock.ts';
import { type MillraceError, refused, wrong } from '../errors.ts';

/** Format of the state directory. */
const FORMAT = 1;
const IDENTITY = 'identity.json';
const LOCK = 'lock.db';

interface Identity {
  readonly format: number;
  readonly job: string;
}

/** The default state directory, below the working directory. */
export const defaultStateDirectory = (environment: string, job: string): string =>
  join('.millrace', environment, job);

/** The log of rejected rows in a state directory. */
export const quarantinePath = (directory: string): string => join(directory, 'quarantine.ndjson');

/** The job that a state directory belongs to; undefined where it is no state directory. */
async function jobOfState(directory: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(join(directory, IDENTITY), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw wrong(`state directory ${directory} cannot be read: ${(error as Error).message}`, error);
  }
  let identity: Partial<Identity>;
  try {
    identity = JSON.parse(text) as Partial<Identity>;
  } catch (error) {
    throw refused(`${join(directory, IDENTITY)} is damaged: give another --state directory`, error);
  }
  if (identity.format !== FORMAT || typeof identity.job !== 'string') {
    throw refused(
      `state directory ${directory} has format ${identity.format}, this version of millrace knows ${FORMAT}: give another --state directory`,
    );
  }
  return identity.job;
}

/** Exit 3 where the directory is another job's. */
export async function refuseOtherJob(directory: string, job: string): Promise<void> {
  const owner = await jobOfState(directory);
  if (owner === undefined || owner === job) return;
  throw refused(
    `state directory ${directory} belongs to the job '${owner}', not to '${job}': give another one, --state DIR`,
  );
}

/**
 * Does work in a state directory, which is made where there is none, noted as the job's, and locked meanwhile. Another
 * job's, or one that another run uses: exit 3; one that cannot be written: exit 2.
 */
export async function inStateDirectory<T>(
  directory: string,
  job: string,
  work: () => Promise<T>,
): Promise<T> {
  await refuseOtherJob(directory, job);
  const lock = await locked(directory);
  if (lock === undefined)
    throw refused(
      `state directory ${directory} is in use by another run of '${job}': wait for it, stop it, or give another one, --state DIR`,
    );
  try {
    await writeIdentity(directory, { format: FORMAT, job });
    return await work();
  } finally {
    await lock.release();
  }
}

async function locked(directory: string): Promise<FileLock | undefined> {
  const { lockFile } = await import('../connectors/sql/file-lock.ts');
  try {
    await mkdir(directory, { recursive: true });
    return await lockFile(join(directory, LOCK));
  } catch (error) {
    throw unwritable(directory, error);
  }
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
