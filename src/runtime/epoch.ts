import type { SourceBatch } from '../connectors/source.ts';
import type { RowError } from '../errors.ts';

/** Rows of one read that belong to an epoch. Row i of `batch` has sequence number `firstSeq + i`. */
export interface EpochPart {
  readonly source: string;
  readonly firstSeq: number;
  readonly batch: SourceBatch;
}

/** A row that cannot be applied: what is wrong with it. */
interface RowFault {
  readonly reason: string;
  readonly column: string | undefined;
}

/**
 * One epoch while it is computed: what was read, on which clock, what the look-ups answered, and what is wrong with
 * single rows. It may be computed several times, each time without the rows that are at fault so far; rows, clock and
 * answers stay the same.
 */
export interface Epoch {
  readonly number: number;
  /** Epoch milliseconds. */
  readonly clock: number;
  readonly parts: readonly EpochPart[];
  /** Sequence numbers of its rows: `firstSeq` up to, not including, `endSeq`. */
  readonly firstSeq: number;
  readonly endSeq: number;
  /** Rows that say that their key's row is gone, by sequence number. */
  readonly deletes: ReadonlySet<number>;
  /** Rows at fault, by sequence number. */
  readonly faults: Map<number, RowFault>;
  /** True once the present try found a row at fault: its results are not asked for any more. */
  spoilt: boolean;
  /** By row of the epoch: 1 where it reached a keyed operator or a table. */
  readonly applied: Uint8Array;
  /** Of the present try: which row of the epoch wrote the dimension row that a row saw, by sequence numbers. */
  readonly wroteFor: Map<number, number>;
}

/** Notes what is wrong with a row of the epoch. The first reason counts. */
export function addFault(epoch: Epoch, seq: number, error: RowError): void {
  epoch.spoilt = true;
  if (!epoch.faults.has(seq)) epoch.faults.set(seq, { reason: error.message, column: error.column });
}

/**
 * Takes back the faults of the present try that rows were found at only because they saw what a row at fault wrote: the
 * next try, without that row's write, tells.
 * @param known how many faults stood before the try
 */
export function forgiveFollowers(epoch: Epoch, known: number): void {
  const found = [...epoch.faults.keys()].slice(known);
  const guilty = new Set(found);
  for (const seq of found) {
    let writer = epoch.wroteFor.get(seq);
    while (writer !== undefined && !guilty.has(writer)) writer = epoch.wroteFor.get(writer);
    if (writer !== undefined) epoch.faults.delete(seq);
  }
}
