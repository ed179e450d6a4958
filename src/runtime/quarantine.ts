import type { QuarantineEntry } from '../state/checkpoint/quarantine.ts';

/** A row that could not be applied: as if never read, in every branch. */
export interface QuarantinedRow extends QuarantineEntry {
  readonly epoch: number;
}
