import { DurableCommits } from '../topic/durable-commits.ts';
import type { Offsets } from '../topic/topic-position.ts';
import type { ArrivalTimes } from './arrival-times.ts';
import { DataHubFault } from './datahub-fault.ts';
import type { DataHubPort, SubscriptionOffset } from './datahub-port.ts';

/** Somebody else has the subscription now, or has set it: it is left to them. */
const TAKEN = ['OffsetSessionChanged', 'OffsetSessionClosed', 'OffsetReseted'];

/** Tells a subscription what is durable. Nothing that goes wrong there ends a run: it is told, once. */
export function subscriptionCommits(
  port: DataHubPort,
  subscription: string,
  { times, isListed }: { readonly times: ArrivalTimes; readonly isListed: (shard: string) => boolean },
  log: (line: string) => void,
): DurableCommits {
  const whom = `subscription ${subscription}`;
  const known = new Map<string, SubscriptionOffset>();
  let taken = false;

  async function send(offsets: Offsets): Promise<void> {
    // Sequences there are those that were read last; before the first there is nothing to tell.
    const stands = Object.entries(offsets).filter(([shard, next]) => next > 0 && isListed(shard));
    if (taken || stands.length === 0) return;
    try {
      const added = stands.map(([shard]) => shard).filter((shard) => !known.has(shard));
      if (added.length > 0)
        for (const [shard, offset] of await port.openSubscription(subscription, added))
          known.set(shard, offset);
      const of = stands.flatMap(([shard, next]) => {
        const offset = known.get(shard);
        const time = times.at(shard, next - 1);
        return offset === undefined ? [] : [[shard, { ...offset, sequence: next - 1, time }] as const];
      });
      await port.commit(subscription, new Map(of));
    } catch (error) {
      if (!(error instanceof DataHubFault)) throw error;
      // Each reason is told once, and each request has another id.
      if (!TAKEN.includes(error.code ?? '')) throw new Error(error.reason);
      taken = true;
      log(`${whom} is not told what is durable any more: ${error.message}`);
    }
  }
  return new DurableCommits(whom, send, log);
}
