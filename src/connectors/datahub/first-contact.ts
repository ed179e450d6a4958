import { failed, MillraceError, wrong } from '../../errors.ts';
import { sleep } from '../sleep.ts';
import { Outage } from '../topic/outage.ts';
import { DataHubFault } from './datahub-fault.ts';

/** How long a service that is away is tried, and the longest pause between two tries: milliseconds. */
const LIMIT = 15_000;
const PAUSE = 1000;

/** Who asks for what, for messages. */
export interface Contact {
  /** `source 'orders'`. */
  readonly owner: string;
  /** The service. */
  readonly label: string;
  readonly topic: string;
  readonly log: (line: string) => void;
}

/**
 * Tries until the service answers.
 * @throws MillraceError exit 2: what a person must change, at once; exit 1: no answer for 15 s
 */
export async function firstContact<T>(contact: Contact, attempt: () => Promise<T>): Promise<T> {
  const { owner, label, topic, log } = contact;
  const began = performance.now();
  const outage = new Outage(label, log, PAUSE);
  for (;;) {
    try {
      const result = await attempt();
      outage.back();
      return result;
    } catch (error) {
      if (error instanceof MillraceError || !(error instanceof DataHubFault)) throw error;
      const { kind, message } = error;
      if (kind === 'missing') throw wrong(`${owner}: ${label} has no topic ${topic}: ${message}`, error);
      if (kind !== 'away') throw wrong(`${owner}: ${label}: ${message}`, error);
      if (performance.now() - began > LIMIT)
        throw failed(`${owner}: ${label} is not reachable, tried for 15 s: ${message}`, error);
      await sleep(outage.lost(error));
    }
  }
}
