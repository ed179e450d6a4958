import { existsSync } from 'node:fs';
import { loadEnvFile as load } from 'node:process';
import { wrong } from '../errors.ts';

/** A file of environment variables in the working directory. */
const FILE = '.env';

/** Takes the variables of `.env`, where there is one; those that are set already stay as they are. A file that cannot be read: exit 2. */
export function loadEnvFile(): void {
  if (!existsSync(FILE)) return;
  try {
    load(FILE);
  } catch (error) {
    throw wrong(`${FILE}: cannot be read: ${(error as Error).message}`, error);
  }
}
