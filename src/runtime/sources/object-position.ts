import type { SourcePosition } from '../../connectors/source.ts';
import { type MillraceError, refused } from '../../errors.ts';

/** The position behind so many rows of a program. */
export const objectPosition = (rows: number): SourcePosition => ({ rows });

/**
 * How many rows of a program an earlier run took.
 *
 * @throws MillraceError (exit 3) where it is the position of another kind of source
 */
export function rowsBefore(position: SourcePosition | undefined, source: string): number {
  if (position === undefined) return 0;
  if (typeof position.rows === 'number') return position.rows;
  throw refused(
    `source '${source}': an earlier run did not take it from rows of a program: read it again from where it came, or start anew from an empty state`,
  );
}

/** The error where there are fewer rows than an earlier run took. */
export const tooFew = (source: string, now: number, before: number): MillraceError =>
  refused(
    `source '${source}': an earlier run took ${before} rows, and there are ${now} now: give the same rows again, in order and before new ones, or start anew from an empty state`,
  );
