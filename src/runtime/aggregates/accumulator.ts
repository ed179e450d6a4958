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
}
