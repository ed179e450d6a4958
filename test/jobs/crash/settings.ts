const RUNS = Number(process.env.MILLRACE_RUNS ?? 1);

/** Kills at random instants, of each job and database. */
export const RANDOM_KILLS = 2 * RUNS;
/** What the kills are chosen by: printed by a failure, it replays it. */
export const SEED = Number(process.env.MILLRACE_SEED ?? 1);
/** `npm run test:crash`: all points, jobs and databases; else what a minute allows. */
export const LONG = RUNS > 1;
