import { failed } from '../../errors.ts';
import { sleep } from '../sleep.ts';
import { Outage } from '../topic/outage.ts';
import { stoppedWaiting, withinGrace } from '../within-grace.ts';
import { KafkaFault } from './kafka-fault.ts';

/** How long to try, and whom to tell. */
export interface Patience {
  /** The cluster, without secrets. */
  readonly label: string;
  readonly log: (line: string) => void;
  /** Ends the wait with exit 1; what is under way may still finish within 5 s. */
  readonly signal: AbortSignal;
  /** Milliseconds; absent: without end. */
  readonly limit?: number;
}

/** A broker that has just started knows no topics for a moment: milliseconds. */
const TOPIC_LIMIT = 5000;
/** Least wait after the transactional id was taken by another: who takes over needs a moment to say so. */
const FENCED_PAUSE = 1000;
/** How often that goes unsaid. */
const FENCED_PATIENCE = 3;

/**
 * Tries until the cluster is there and the transactional id is ours; other faults pass through, `unknown topic` after 5 s of nothing else.
 * @param attempt is told the fault that the try before ended with
 */
export async function persist<T>(
  attempt: (before: KafkaFault | undefined) => Promise<T>,
  { label, log, signal, limit = Number.POSITIVE_INFINITY }: Patience,
): Promise<T> {
  const began = performance.now();
  const outage = new Outage(label, log);
  let before: KafkaFault | undefined;
  let fenced = 0;
  /** Since when topics are unknown, without another fault in between. */
  let unknownFrom: number | undefined;
  for (;;) {
    try {
      const result = await withinGrace(attempt(before), label, signal);
      outage.back();
      return result;
    } catch (error) {
      if (!(error instanceof KafkaFault)) throw error;
      before = error;
      const spent = performance.now() - began;
      const { kind, message } = error;
      unknownFrom = kind === 'unknown topic' ? (unknownFrom ?? spent) : undefined;
      if (kind === 'final' || kind === 'too large' || spent - (unknownFrom ?? spent) > TOPIC_LIMIT)
        throw error;
      if (spent > limit)
        throw failed(`${label} is not reachable, tried for ${Math.round(spent / 1000)} s: ${message}`, error);
      if (kind === 'fenced' && ++fenced === FENCED_PATIENCE)
        log(
          `${label}: transactions are given up before they end: ${message}; trying again. Either another run takes their id time and again, or they take longer than transactionTimeoutMs`,
        );
      // Two runs that take the id from one another do not do so in step.
      const pause = kind === 'away' ? outage.lost(error) : FENCED_PAUSE * (0.5 + Math.random());
      if (!signal.aborted) await sleep(pause, signal);
      if (signal.aborted) throw stoppedWaiting(label, message);
    }
  }
}
