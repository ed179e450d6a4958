import { type MillraceError, wrong } from '../errors.ts';

/** Edits (insert, delete, replace, swap neighbours) that turn one word into the other; case counts half. */
function distance(a: string, b: string): number {
  const rows: number[][] = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let j = 1; j <= b.length; j++) (rows[0] as number[])[j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const [x, y] = [a[i - 1] as string, b[j - 1] as string];
      const replace = x === y ? 0 : x.toLowerCase() === y.toLowerCase() ? 0.5 : 1;
      let least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + replace);
      if (i > 1 && j > 1 && x === b[j - 2] && a[i - 2] === y) least = Math.min(least, at(i - 2, j - 2) + 1);
      (rows[i] as number[])[j] = least;
    }
  }
  return at(a.length, b.length);
}

/** The candidate that begins with the word, else the one that takes the fewest edits, the first of equals; undefined where there is none. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const typed = word.slice(0, 200);
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const d = typed !== '' && candidate.startsWith(typed) ? 0 : distance(typed, candidate);
    if (d < least) [best, least] = [candidate, d];
  }
  return best;
}

/**
 * Says that a word is not known: the word as typed, the nearest valid one, and all of them where they are few.
 * @param what what the word should be: `job`, `option`
 * @param where what it was looked for in: `of run`
 */
export function unknownWord(what: string, word: string, candidates: readonly string[], where = ''): string {
  const near = nearest(word, candidates);
  const subject = `unknown ${what} '${word}'${where === '' ? '' : ` ${where}`}`;
  if (near === undefined) return `${subject}: there is none`;
  const others =
    candidates.length > 1 && candidates.length <= 8 ? ` (there is: ${candidates.join(', ')})` : '';
  return `${subject}: the nearest is '${near}'${others}`;
}

/** `unknownWord` as an error (exit 2). */
export const unknown = (
  what: string,
  word: string,
  candidates: readonly string[],
  where = '',
): MillraceError => wrong(unknownWord(what, word, candidates, where));
