import type { MaybePromise } from '../maybe-promise.ts';
import type { Relation } from '../plan/node.ts';
import type { StatePart } from '../state/checkpoint/state-part.ts';
import type { Batch } from './batch.ts';
import type { Epoch } from './epoch.ts';

/** What an operator keeps between epochs. Every try of an epoch ends in one of the two, unless the run ends with it. */
export interface Stateful {
  /** Takes back all that the open epoch did. */
  rollback(): void;
  /** Seals the open epoch. */
  commit(epoch: Epoch): void;
  /** What a checkpoint keeps of it. None: it is made again from the rows of the operators below. */
  readonly parts: readonly StatePart[];
  /** Keys that the open epoch let go, as their `ttl` has passed. */
  readonly expired: number;
}

/**
 * One node of a plan at work: the batch that its input made in an epoch becomes its own. Called once per try of an
 * epoch, in plan order. A row at fault is noted in `epoch.faults` and left out; the epoch is then taken back and
 * computed again without it.
 */
export interface Operator {
  readonly node: Relation;
  apply(input: Batch, epoch: Epoch): MaybePromise<Batch>;
  /**
   * After a restart, once and in plan order: all rows that it gave and has not taken back, as inserts, for the operators above that keep nothing of
   * their own. `input` holds those of the operator below. Absent: what `apply` makes of `input`.
   */
  recall?(input: Batch, epoch: Epoch): Batch;
  /** Null: it keeps nothing. */
  readonly state: Stateful | null;
}
