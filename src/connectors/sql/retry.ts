import { failed, MillraceError } from '../../errors.ts';
import { sleep } from '../sleep.ts';
import { stoppedWaiting, withinGrace } from '../within-grace.ts';
import { faultOf } from './fault.ts';

/** How long to try, and whom to tell. */
export interface Patience {
  /** The database, without secrets. */
  readonly label: string;
  readonly log: (line: string) => void;
  /** Ends the wait with exit 1; an attempt that is under way may still finish within 5 s. */
  readonly signal?: AbortSignal;
  /** Milliseconds; absent: without end. */
  readonly limit?: number;
}

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5000;
const LOG_EVERY = 10_000;

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
      const result = await withinGrace(attempt(), label, signal, told?.reason);
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
      if (signal?.aborted) throw stoppedWaiting(label, reason);
      if (told?.reason !== reason || now - told.at >= LOG_EVERY) {
        const until = limit === undefined ? 'waiting until it is back' : `trying for ${seconds(limit)}`;
        log(`${label}: ${reason}; ${kind === 'conflict' ? 'trying again' : until}`);
        told = { reason, at: now, away: kind === 'away' };
      }
      await sleep(Math.min(pause, left), signal);
      if (signal?.aborted) throw stoppedWaiting(label, reason);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }
}

const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 100) / 10} s`;
