import { MillraceError } from '../errors.ts';

/** Lines that a run that fails may write to standard error without `--verbose`. */
export const MOST_LINES = 12;

/** The text as at most `most` lines, the last of which tells how many are left out. */
function atMostLines(text: string, most: number): string {
  const lines = text.split('\n');
  if (lines.length <= most) return text;
  const shown = Math.max(1, most - 1);
  return [...lines.slice(0, shown), `… and ${lines.length - shown} more lines: --verbose shows all`].join(
    '\n',
  );
}

/** The exit code of an error: its own, 1 for one that nobody foresaw. */
export const exitCodeOf = (error: unknown): number => (error instanceof MillraceError ? error.exitCode : 1);

/**
 * What a user is told of an error: the message, at most `most` lines; with `verbose` the stack and what caused it.
 * An error that is not Millrace's own is named as such.
 */
export function errorText(error: unknown, verbose: boolean, most = MOST_LINES): string {
  if (!(error instanceof Error)) return String(error);
  if (verbose) {
    const causes: string[] = [];
    for (let e: unknown = error; e instanceof Error; e = e.cause) causes.push(e.stack ?? e.message);
    return causes.join('\ncaused by: ');
  }
  const text =
    error instanceof MillraceError
      ? error.message
      : `unexpected ${error.name}: ${error.message}\n--verbose shows where`;
  return atMostLines(text, most);
}
