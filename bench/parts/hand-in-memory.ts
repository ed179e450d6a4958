import { DATA_SETS } from '../data/data-set.ts';
import type { HandJob } from '../hand/hand-job.ts';
import { handJob } from '../hand/hand-jobs.ts';
import type { Variant } from '../measure.ts';
import type { Context } from './part.ts';

/** A loop written by hand, its tables in Maps. */
export function handInMemory(
  { group: { job, shape } }: Context,
  run: (hand: HandJob<unknown>) => Promise<void> | void,
): Variant {
  return {
    prepare() {
      const hand = handJob(job, DATA_SETS[job].dimension(shape));
      return { run: async () => run(hand), tables: () => hand.tables() };
    },
  };
}
