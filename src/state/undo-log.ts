import { trim } from '../values/trim.ts';

/**
 * What an epoch changed: the slots it touched, in order of first touch, with the value and arrival that each had before.
 * One structure with four uses: the changelog given downstream, the way back after a failed epoch, the read path to the
 * version before, and the list of slots to seal.
 */
export class UndoLog<V> {
  /** Slots touched. Only the first `n` entries of these arrays count; arrays are reused. */
  n = 0;
  readonly slots: number[] = [];
  readonly values: (V | undefined)[] = [];
  readonly seqs: number[] = [];
  /** Slots given to new keys. */
  readonly added: number[] = [];
  /** Slots whose key was forgotten before the epoch's changes (their `ttl` passed). */
  readonly forgotten: number[] = [];

  /** Empties the log and lets go of the values it held. */
  clear(): void {
    for (let i = 0; i < this.n; i++) this.values[i] = undefined;
    for (const array of [this.slots, this.values, this.seqs]) trim(array, this.n);
    this.n = 0;
    // Even where it is empty, setting a length costs a call.
    if (this.added.length > 0) this.added.length = 0;
    if (this.forgotten.length > 0) this.forgotten.length = 0;
  }
}
