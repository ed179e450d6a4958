import type { LineBatch } from './line-batch.ts';

/** Whole lines in a buffer: [from, to), the last byte a newline. At least 3 bytes of the buffer lie behind `to`. */
export interface Lines {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  /** All of them are valid UTF-8. */
  readonly utf8: boolean;
  /** No bytes can be had behind them: a record that is still open is broken. */
  readonly final: boolean;
}

/** Turns the lines of one input into rows. It keeps what it has learnt of the input, and no bytes. */
export interface RowDecoder {
  /**
   * Adds at most `max` rows to the batch, good and bad ones.
   *
   * @returns the place of the first line that is not yet used; `from` where the first record goes on behind `to` (never where `final`)
   */
  decode(lines: Lines, max: number, into: LineBatch): number;
}
