import type { Result } from '../group.ts';

/** How far a ratio may fall below the recorded one. */
const ALLOWED = 0.15;

/** A case that fell. */
export interface Fallen {
  readonly id: string;
  readonly recorded: number;
  readonly now: number;
}

/** The cases whose ratio fell by more than 15 %. Cases that are not recorded are passed over. */
export function fallen(recorded: readonly Result[], now: readonly Result[]): Fallen[] {
  const before = new Map(recorded.map(({ id, ratio }) => [id, ratio]));
  return now.flatMap(({ id, ratio }) => {
    const old = before.get(id);
    return old !== undefined && ratio < old * (1 - ALLOWED) ? [{ id, recorded: old, now: ratio }] : [];
  });
}
