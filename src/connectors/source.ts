// What a source of rows promises. Connectors implement it; the runtime pulls from it.
import type { MaybePromise } from '../maybe-promise.ts';
import type { SourceSchema } from '../plan/schema.ts';
import type { Row } from '../values/sql-type.ts';

/** Where a source stands: plain JSON data, which the same kind of source goes on from. Its shape is the source's own. */
export type SourcePosition = { readonly [name: string]: unknown };

/** Why a row of a batch was not decoded. */
export interface Reject {
  /** Its place in the batch. */
  readonly index: number;
  readonly reason: string;
  readonly column: string | undefined;
}

/** Rows that were read together, good and bad, in order of arrival. */
export interface SourceBatch {
  /** Rows read: `rows.length`. */
  readonly n: number;
  /** A row with the kept columns, in schema order; null where it is rejected. */
  readonly rows: readonly (Row | null)[];
  /** One for each null of `rows`, by index. */
  readonly rejects: readonly Reject[];
  /** Of a keyed source: the rows, by index, that say that their key's row is gone; their columns besides the key are NULL. Absent: none. */
  readonly deletes?: readonly number[] | undefined;
  /** Position of row i: byte offset in the unpacked file, offset in the partition, or number of the row, from 0. */
  offset(i: number): number;
  /** Row i as it came, to show in quarantine. Valid as long as the batch is held, also after further reads. */
  raw(i: number): Uint8Array;
  /** The file that row i is from, or the partition: `orders[3]`; undefined where the source has neither. */
  file(i: number): string | undefined;
  /** Where the source stands behind the last row of this batch; null where it cannot be read again. Valid as long as the batch is held, also after further reads. */
  position(): SourcePosition | null;
}

/** What a source is opened with. */
export interface SourceSpec {
  readonly schema: SourceSchema;
  /** The columns that rows carry, in schema order; all columns are checked. */
  readonly keep: readonly string[];
  /** Go on there: the position of the last batch that an earlier run of the same source took; absent: from the beginning. */
  readonly from?: SourcePosition | undefined;
  /** Told what a person is to know: rows that are gone from a topic, a broker that is away. Absent: nobody is told. */
  readonly log?: ((line: string) => void) | undefined;
}

/** A source that is pulled: it holds no more than it was asked for. */
export interface Source {
  readonly name: string;
  /** Can it be read again from a position? */
  readonly replayable: boolean;
  /** One line for `explain` and the start of a run: `file orders.ndjson`. */
  readonly label: string;
  /**
   * The next rows: at least one and at most `max`, as many as are there now; null at the end.
   * Waits while there is none. Not called again before it answered. Throws a `MillraceError` where the source is broken.
   */
  read(max: number): MaybePromise<SourceBatch | null>;
  /** What stands before this position is durable: the source may tell its broker, for people and tools to see. No promise rests on it. Never throws. */
  durable?(position: SourcePosition): void;
  /** Ends a `read` that waits (it answers null) and frees what is open. Idempotent. */
  close(): Promise<void>;
}
