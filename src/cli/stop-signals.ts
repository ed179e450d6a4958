const CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** One Ctrl-C may arrive twice: from the terminal, and handed on by npm. Milliseconds. */
const SAME = 300;

/**
 * Calls `stop` at the first Ctrl-C or SIGTERM; a later one ends the process at once.
 * @returns takes the handlers away
 */
export function onStopSignals(stop: () => void): () => void {
  let first: number | undefined;
  const handler = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    if (first === undefined) {
      first = now;
      stop();
    } else if (now - first > SAME) process.exit(CODES[signal as keyof typeof CODES]);
  };
  for (const signal of Object.keys(CODES)) process.on(signal, handler);
  return () => {
    for (const signal of Object.keys(CODES)) process.off(signal, handler);
  };
}
