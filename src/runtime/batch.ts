// What flows between operators: one batch per edge and epoch. Arrays belong to the operator that made the batch, which uses
// them again in the next try: only their first `n` entries count, and nobody keeps a batch.
import type { Row } from '../values/sql-type.ts';

/** Rows of an append-only relation, one entry per row, in order of arrival. */
export interface AppendBatch {
  readonly kind: 'append';
  readonly n: number;
  readonly rows: readonly Row[];
  /** The sequence number of the source row that each came from: its arrival. */
  readonly seqs: readonly number[];
}

/**
 * Changes of an updating relation. Entry i takes `before[i]` back (unless undefined) and adds `after[i]` (unless undefined):
 * `+I`, `-D`, or the pair `-U`/`+U`. Of a keyed relation there is at most one entry per upsert key.
 * An upsert (`+U` alone) has no `before`, whatever the table holds.
 */
export interface ChangeBatch {
  readonly kind: 'changes';
  readonly n: number;
  readonly before: readonly (Row | undefined)[];
  readonly after: readonly (Row | undefined)[];
  readonly beforeSeqs: readonly number[];
  readonly afterSeqs: readonly number[];
  /**
   * What identifies each entry's row at the operator that keeps it: a small dense number, the same as long as the row
   * lives, so that operators above can note what they found for it. −1: nothing does.
   */
  readonly slots: readonly number[];
  /** Rows that can never be taken back from now on (their `ttl` passed), all of the array. Handled before the changes. */
  readonly settled: readonly Row[];
  readonly settledSeqs: readonly number[];
}

/** What an edge carries in one epoch; perhaps nothing, but always once. */
export type Batch = AppendBatch | ChangeBatch;
