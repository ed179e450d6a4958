const CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** One Ctrl-C may arrive twice: from the terminal, and handed on by npm. Milliseconds. */
const SAME = 500;

/**
 * Calls `stop` at the first Ctrl-C or SIGTERM; a later one ends the process at once, and so does the first
 * where `stop` answers that there is nothing to finish. Holds for the rest of the process: its last lines, too, are written whole.
 */
export function onStopSignals(stop: () => boolean): void {
  let first: number | undefined;
  const handler = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    const again = first !== undefined && now - first > SAME;
    const finish = first === undefined ? stop() : true;
    first ??= now;
    if (again || !finish) process.exit(CODES[signal as keyof typeof CODES]);
  };
  for (const signal of Object.keys(CODES)) process.on(signal, handler);
}
