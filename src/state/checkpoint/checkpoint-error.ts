import { failed, type MillraceError, refused, wrong } from '../../errors.ts';
import { checkpointPath } from './paths.ts';

const WORDS: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'the disk is full. Free some space and start again',
  SQLITE_IOERR: 'the disk cannot be read or written. Mend it and start again',
  SQLITE_READONLY: 'it cannot be written. Make it writable and start again',
  SQLITE_CANTOPEN: 'it cannot be opened. Make its folder readable and writable and start again',
  SQLITE_PERM: 'it cannot be opened. Make its folder readable and writable and start again',
  SQLITE_BUSY: 'another process holds it. End that one and start again',
};

/** How a state directory gets a copy of what it held. */
export const restoreWords = (directory: string): string =>
  `put a copy in its place, npx millrace restore <job> <file> --state ${directory}`;

/** The error that checkpoints are not what was written. `what`: what is wrong with them. */
export type Damaged = (what: string) => MillraceError;

/** The error that those of a state directory are not. */
export const damagedIn =
  (directory: string): Damaged =>
  (what) =>
    refused(
      `${checkpointPath(directory)} is damaged: ${what}. Nothing was read or written. Move ${directory} away and ${restoreWords(directory)}; or start from empty state with --fresh`,
    );

/** An error of SQLite at the checkpoints of a state directory, in words that say what is safe to do. */
export function checkpointError(directory: string, error: unknown): MillraceError {
  const { code = '', message } = error as { code?: string; message: string };
  const file = checkpointPath(directory);
  if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB')
    return refused(
      `${file} is damaged (${message}). What it holds is not used. Move ${directory} away and ${restoreWords(directory)}; or start from empty state with --fresh`,
      error,
    );
  const words = WORDS[code] ?? WORDS[code.split('_').slice(0, 2).join('_')];
  if (code === 'SQLITE_CANTOPEN' || code === 'SQLITE_PERM') return wrong(`${file}: ${words}`, error);
  return failed(
    `${file}: ${words ?? message}. What was committed before is safe; nothing after it was written`,
    error,
  );
}
