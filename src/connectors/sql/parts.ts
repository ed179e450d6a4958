/** Cuts entries, in order, into parts of at most `most` entries and together `bytes` bytes; an entry that is heavier stands alone. */
export function* parts<T>(
  entries: readonly T[],
  most: number,
  bytes: number,
  weigh: (entry: T) => number,
): Generator<readonly T[]> {
  let from = 0;
  let sum = 0;
  for (let i = 0; i < entries.length; i++) {
    const bytesOf = weigh(entries[i] as T);
    if (i > from && (i - from >= most || sum + bytesOf > bytes)) {
      yield entries.slice(from, i);
      from = i;
      sum = 0;
    }
    sum += bytesOf;
  }
  if (from < entries.length) yield entries.slice(from);
}
