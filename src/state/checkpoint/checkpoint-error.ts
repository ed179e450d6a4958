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

/** An error of SQLite at the checkpoints of a state directory, in words that say what is safe to do. */
export function checkpointError(directory: string, error: unknown): MillraceError {
  const { code = '', message } = error as { code?: string; message: string };
  const file = checkpointPath(directory);
  if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB')
    return refused(
      `${file} is damaged (${message}). What it holds is not used. Put a copy of it in its place, or start from empty state with --fresh`,
      error,
    );
  const words = WORDS[code] ?? WORDS[code.split('_').slice(0, 2).join('_')];
  if (code === 'SQLITE_CANTOPEN' || code === 'SQLITE_PERM') return wrong(`${file}: ${words}`, error);
  return failed(
    `${file}: ${words ?? message}. What was committed before is safe; nothing after it was written`,
    error,
  );
}
