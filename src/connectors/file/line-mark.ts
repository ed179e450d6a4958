/** A place in an input between two lines. */
export interface LineMark {
  /** Bytes before it. */
  readonly offset: number;
  /** CRC-32 of these bytes. */
  readonly checksum: number;
  /** The line before it had no newline when the input ended. */
  readonly open: boolean;
  /** Rows before it. */
  readonly rows: number;
}

/** The place before the first line. */
export const BEGINNING: LineMark = Object.freeze({ offset: 0, checksum: 0, open: false, rows: 0 });
