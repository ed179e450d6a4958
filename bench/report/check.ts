import { isResult, type Measured } from '../group.ts';

/** How far a ratio may fall below the recorded one. */
const ALLOWED = 0.15;

/** A case that fell. */
export interface Fallen {
  readonly id: string;
  readonly recorded: number;
  readonly now: number;
}

/** The cases whose ratio fell by more than 15 %. Cases that are not recorded, and latencies, are passed over. */
export function fallen(recorded: readonly Measured[], now: readonly Measured[]): Fallen[] {
  const before = new Map(recorded.filter(isResult).map(({ id, ratio }) => [id, ratio]));
  return now.filter(isResult).flatMap(({ id, ratio }) => {
    const old = before.get(id);
    return old !== undefined && ratio < old * (1 - ALLOWED) ? [{ id, recorded: old, now: ratio }] : [];
  });
}
