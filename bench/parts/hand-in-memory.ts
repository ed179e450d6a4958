import { DATA_SETS } from '../data/data-set.ts';
import type { HandJob } from '../hand/hand-job.ts';
import { handJob } from '../hand/hand-jobs.ts';
import type { Variant } from '../measure.ts';
import type { Context } from './part.ts';

/**
 * A loop written by hand, its tables in Maps.
 * @param ready gets the events ready; what it answers is measured
 */
export function handInMemory(
  { group: { job, shape } }: Context,
  ready: () => (hand: HandJob<unknown>) => Promise<void> | void,
): Variant {
  return {
    prepare() {
      const hand = handJob(job, DATA_SETS[job].dimension(shape));
      const run = ready();
      return { run: async () => run(hand), tables: () => hand.tables() };
    },
  };
}
