import { failed } from '../../errors.ts';
import { OtsFault } from './ots-fault.ts';

const LOG_EVERY = 10_000;
/** What a call that is under way gets when the wait is to end: milliseconds. */
const GRACE = 5000;

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
            const result = await within(attempt(), label, signal);
            if (waits && waiting === 1) works();
            return result;
          } catch (error) {
            if (!(error instanceof OtsFault) || error.kind !== 'away') throw error;
            // Each request has a number of its own: the reason is the same.
            const reason = error.message.replace(/ \(request [^)]*\)/, '');
            if (n >= most)
              throw failed(`${label} does not work, tried ${n + 1} times: ${error.message}`, error);
            if (signal?.aborted) throw stopped(label, reason);
            if (!waits && waiting++ === 0) since = performance.now();
            waits = true;
            tell(reason, tries);
            await sleep(interval, signal);
            if (signal?.aborted) throw stopped(label, reason);
          }
        }
      } finally {
        if (waits) waiting--;
      }
    },
  };
}

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

/** The call; once the signal is given, no longer than `GRACE` more. */
async function within<T>(call: Promise<T>, label: string, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return call;
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const grace = new Promise<never>((_, reject) => {
    onAbort = () => {
      timer = setTimeout(() => reject(stopped(label, 'no answer')), GRACE);
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
