import { failed } from '../../errors.ts';
import { sleep } from '../sleep.ts';
import { stoppedWaiting, withinGrace } from '../within-grace.ts';
import { OtsFault } from './ots-fault.ts';

const LOG_EVERY = 10_000;

/** How long to try. */
export interface Tries {
  /** Ends the wait with exit 1. */
  readonly signal?: AbortSignal;
  /** Tries after the first; absent: without end. */
  readonly most?: number;
}

/** Tries calls until Tablestore takes them. */
export interface Patience {
  /**
   * Tries until it works, or throws something else than a fault that passes. Several may be under way: a reason to wait is told when it changes
   * and every 10 s, and when none waits any more.
   */
  persist<T>(attempt: () => Promise<T>, tries: Tries): Promise<T>;
}

/** The patience with one instance. */
export function patience(label: string, log: (line: string) => void, interval: number): Patience {
  let told: { readonly reason: string; readonly at: number } | undefined;
  /** Calls that wait, and since when the first of them does. */
  let waiting = 0;
  let since = 0;
  const tell = (reason: string, { most }: Tries) => {
    const now = performance.now();
    if (told?.reason === reason && now - told.at < LOG_EVERY) return;
    const until = most === undefined ? 'waiting until it works' : `trying up to ${most} times more`;
    log(`${label}: ${reason}; ${until}`);
    told = { reason, at: now };
  };
  const works = () => {
    log(`${label}: works again after ${Math.round((performance.now() - since) / 100) / 10} s`);
    told = undefined;
  };
  return {
    async persist(attempt, tries) {
      const { signal, most = Number.POSITIVE_INFINITY } = tries;
      let waits = false;
      try {
        for (let n = 0; ; n++) {
          try {
            const result = await withinGrace(attempt(), label, signal);
            if (waits && waiting === 1) works();
            return result;
          } catch (error) {
            if (!(error instanceof OtsFault) || error.kind !== 'away') throw error;
            // Each request has a number of its own: the reason is the same.
            const reason = error.message.replace(/ \(request [^)]*\)/, '');
            if (n >= most)
              throw failed(`${label} does not work, tried ${n + 1} times: ${error.message}`, error);
            if (signal?.aborted) throw stoppedWaiting(label, reason);
            if (!waits && waiting++ === 0) since = performance.now();
            waits = true;
            tell(reason, tries);
            await sleep(interval, signal);
            if (signal?.aborted) throw stoppedWaiting(label, reason);
          }
        }
      } finally {
        if (waits) waiting--;
      }
    },
  };
}
