import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { refused, wrong } from '../errors.ts';

/** Format of the state directory. */
const FORMAT = 1;
const IDENTITY = 'identity.json';

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

/** Makes the directory and notes whose it is. Another job's: exit 3; one that cannot be written: exit 2. */
export async function claimStateDirectory(directory: string, job: string): Promise<void> {
  await refuseOtherJob(directory, job);
  const identity: Identity = { format: FORMAT, job };
  const path = join(directory, IDENTITY);
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(`${path}.new`, `${JSON.stringify(identity)}\n`);
    await rename(`${path}.new`, path);
  } catch (error) {
    throw wrong(`state directory ${directory} cannot be written: ${(error as Error).message}`, error);
  }
}
