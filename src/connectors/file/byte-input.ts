/** Bytes that are pulled. */
export interface ByteInput {
  /**
   * Puts at most `length` bytes to `into` at `at`. Waits while there are none.
   *
   * @returns how many; 0 at the end, and again at each later call
   */
  read(into: Buffer, at: number, length: number): Promise<number>;
  /** Ends a `read` that waits (it answers 0) and frees what is open. Idempotent. */
  close(): Promise<void>;
}
