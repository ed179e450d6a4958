import type { KeptColumn } from '../../state/checkpoint/block.ts';
import type { StatePart } from '../../state/checkpoint/state-part.ts';
import type { Value } from '../../values/sql-type.ts';

/**
 * One aggregate of all groups; a group is a dense slot. The caller opens a slot before its first use, saves it before
 * its first change in an epoch, and retracts only values that are in. NULL is given too: what it means is the
 * aggregate's own matter.
 */
export interface Accumulator {
  /** The slot starts empty: its group is new. */
  open(slot: number): void;
  /** The slot will change in this epoch: keeps what `rollback` needs. */
  save(slot: number): void;
  /** @param from the slot of the value's row at its producer, −1 where there is none: a hint that may save a hash */
  add(slot: number, value: Value, from: number): void;
  retract(slot: number, value: Value, from: number): void;
  /** The aggregate's value. @throws RowError where it is out of its type's range */
  result(slot: number): Value;
  rollback(): void;
  commit(): void;
  /** What a checkpoint keeps of a group in one entry. */
  readonly kept: readonly KeptColumn[];
  /** Puts a group's values at an index of these columns. */
  keep(slot: number, at: number, into: readonly Value[][]): void;
  /** Takes a group's values in; the slot was opened. */
  restore(slot: number, at: number, from: readonly (readonly Value[])[]): void;
  /** What a checkpoint keeps of all groups besides. It is restored before `result` is asked for. */
  readonly part?: StatePart;
  /** The group's `ttl` has passed in the open epoch, which will open its slot at its commit. */
  forget?(slot: number): void;
}
