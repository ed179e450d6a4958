import { failed, type MillraceError } from '../errors.ts';

/** What a call that is under way gets when the wait is to end: a database that does not answer must not hold a stop up. Milliseconds. */
const GRACE = 5000;

/** Whoever waited for a database was told to end (exit 1). */
export const stoppedWaiting = (label: string, reason: string): MillraceError =>
  failed(`stopped while waiting for ${label}: ${reason}; the last epoch may be missing in its tables`);

/** The answer of a call to a database; once the signal is given, it has 5 s more, and then the wait ends with exit 1. */
export async function withinGrace<T>(
  call: Promise<T>,
  label: string,
  signal: AbortSignal | undefined,
  reason = 'no answer',
): Promise<T> {
  if (!signal) return call;
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const grace = new Promise<never>((_, reject) => {
    onAbort = () => {
      timer = setTimeout(() => reject(stoppedWaiting(label, reason)), GRACE);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([call, grace]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
