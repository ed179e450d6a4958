import { failed, MillraceError } from '../../errors.ts';
import { faultOf } from './fault.ts';

/** How long to try, and whom to tell. */
export interface Patience {
  /** The database, without secrets. */
  readonly label: string;
  readonly log: (line: string) => void;
  /** Ends the wait with exit 1; an attempt that is under way may still finish within `GRACE`. */
  readonly signal?: AbortSignal;
  /** Milliseconds; absent: without end. */
  readonly limit?: number;
}

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5000;
const LOG_EVERY = 10_000;
/** What an attempt that is under way gets when the wait is to end: a database that does not answer must not hold a stop up. */
const GRACE = 5000;

/**
 * Tries until the database is there and nobody is in the way. Other errors pass through as they are.
 * Says why it waits when the reason changes and every 10 s, and when the wait is over.
 */
export async function persist<T>(attempt: () => Promise<T>, patience: Patience): Promise<T> {
  const { label, log, signal, limit } = patience;
  const start = performance.now();
  let pause = FIRST_PAUSE;
  let told: { reason: string; at: number; away: boolean } | undefined;
  for (;;) {
    try {
      const result = await within(attempt(), patience, told?.reason);
      if (told?.away) log(`${label}: back after ${seconds(performance.now() - start)}`);
      return result;
    } catch (error) {
      if (error instanceof MillraceError) throw error;
      const { kind, reason } = faultOf(error);
      if (kind !== 'away' && kind !== 'conflict') throw error;
      const now = performance.now();
      const left = limit === undefined ? Number.POSITIVE_INFINITY : start + limit - now;
      if (left <= 0)
        throw failed(`${label} is not reachable, tried for ${seconds(now - start)}: ${reason}`, error);
      if (signal?.aborted) throw stopped(label, reason);
      if (told?.reason !== reason || now - told.at >= LOG_EVERY) {
        const until = limit === undefined ? 'waiting until it is back' : `trying for ${seconds(limit)}`;
        log(`${label}: ${reason}; ${kind === 'conflict' ? 'trying again' : until}`);
        told = { reason, at: now, away: kind === 'away' };
      }
      await sleep(Math.min(pause, left), signal);
      if (signal?.aborted) throw stopped(label, reason);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }
}

const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 100) / 10} s`;
const stopped = (label: string, reason: string) =>
  failed(`stopped while waiting for ${label}: ${reason}; the last epoch may be missing in its tables`);

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done);
    if (signal?.aborted) done();
  });
}

/** The attempt; once the signal is given, no longer than `GRACE` more. */
async function within<T>(attempt: Promise<T>, { label, signal }: Patience, reason = 'no answer'): Promise<T> {
  if (!signal) return attempt;
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const grace = new Promise<never>((_, reject) => {
    onAbort = () => {
      timer = setTimeout(() => reject(stopped(label, reason)), GRACE);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([attempt, grace]);
  } finally {
    clearTimeout(timer);
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}
