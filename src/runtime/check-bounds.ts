import { wrong } from '../errors.ts';

/** The least that each size of a run may be. */
const LEAST = { epochRows: 1, epochMs: 0, rows: 0, ahead: 0, maxQuarantined: 0 } as const;

/** Sizes of a run, as far as they are given. */
type Bounds = { readonly [Name in keyof typeof LEAST]?: number | undefined };

/**
 * Refuses sizes that would read nothing or never end an epoch, and fractions.
 * @throws MillraceError (exit 2) with the name and the value
 */
export function checkBounds(bounds: Bounds): void {
  for (const [name, least] of Object.entries(LEAST) as [keyof Bounds, number][]) {
    const given = bounds[name];
    if (given === undefined || given === Number.POSITIVE_INFINITY) continue;
    if (!Number.isInteger(given) || given < least)
      throw wrong(`${name} is ${given}: it must be a whole number, ${least} at least`);
  }
}
