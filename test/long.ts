/** How many times over the long proofs run what is random (`MILLRACE_RUNS`); 1: the short form, of `npm test`. */
export const RUNS = Number(process.env.MILLRACE_RUNS ?? 1);
/** Is it a long proof? Else what takes minutes is left out, and told as skipped. */
export const LONG = RUNS > 1;
