import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { wrong } from '../errors.ts';

/** A file of environment variables in the working directory. */
const FILE = '.env';

/** Takes the variables of `.env`, where there is one; those that are set already stay as they are. A file that cannot be read: exit 2. */
export function loadEnvFile(): void {
  if (!existsSync(FILE)) return;
  try {
    // Editors of Windows begin a file with a mark, which is no part of the first name.
    const variables = parseEnv(readFileSync(FILE, 'utf8').replace(/^\uFEFF/, ''));
    for (const [name, value] of Object.entries(variables)) process.env[name] ??= value;
  } catch (error) {
    throw wrong(`${FILE}: cannot be read: ${(error as Error).message}`, error);
  }
}
