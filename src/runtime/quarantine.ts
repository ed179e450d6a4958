/** A row that could not be applied: as if never read, in every branch. */
export interface QuarantinedRow {
  readonly source: string;
  readonly file: string | undefined;
  /** Byte offset in the unpacked file, or the number of the row, from 0. */
  readonly offset: number;
  readonly reason: string;
  readonly column: string | undefined;
  /** The row as it came. */
  readonly raw: Uint8Array;
  readonly epoch: number;
}
