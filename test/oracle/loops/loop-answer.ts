import type { Row } from '../types.ts';

/** The tables of a job, and the arrivals of the rows that cannot be applied. */
export interface LoopAnswer {
  readonly tables: Readonly<Record<string, readonly Row[]>>;
  readonly quarantined: readonly number[];
}
