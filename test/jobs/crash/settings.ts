import { LONG, RUNS } from '../../long.ts';

export { LONG };

/** Kills at random instants, of each job and database. */
export const RANDOM_KILLS = 2 * RUNS;
/** What the kills are chosen by: printed by a failure, it replays it. */
export const SEED = Number(process.env.MILLRACE_SEED ?? 1);
