/** Works with a signal that is given when one of these is; leaves no listener behind. */
export async function withEither<T>(
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // AbortSignal.any keeps something of each call for as long as its signals live, in Node 20.
  const either = new AbortController();
  const give = () => either.abort();
  for (const signal of signals) {
    signal.addEventListener('abort', give);
    if (signal.aborted) give();
  }
  try {
    return await work(either.signal);
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', give);
  }
}
