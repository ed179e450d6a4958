import { isPending, type MaybePromise } from '../maybe-promise.ts';
import type { CheckpointLog } from '../state/checkpoint/checkpoint-log.ts';
import type { Committer } from './committer.ts';
import type { SealedEpoch } from './sealed-epoch.ts';

/** What a queue works with, and whom it tells. */
export interface CommitQueueParts {
  readonly committer: Committer;
  /** Undefined: the run keeps no checkpoint. */
  readonly log: CheckpointLog | undefined;
  /** An epoch is in the checkpoint, or without one in the databases: it counts. */
  readonly onDurable: (epoch: SealedEpoch) => void;
  /** An epoch is in all databases. */
  readonly onCommitted: (epoch: SealedEpoch) => void;
  /** Something failed: no epoch is written any more. */
  readonly onFailure: () => void;
}

/**
 * Writes sealed epochs in order while later ones are computed: first into the checkpoint, then into the databases. What waits at either is written
 * as one; nothing waits for more to come.
 */
export class CommitQueue {
  readonly #parts: CommitQueueParts;
  readonly #sealed: SealedEpoch[] = [];
  readonly #durable: SealedEpoch[] = [];
  #waiting = 0;
  #failure: { readonly error: unknown } | undefined;
  #checkpointing = false;
  #committing = false;
  #wake: () => void = () => {};

  constructor(parts: CommitQueueParts) {
    this.#parts = parts;
  }

  /** Epochs that are not committed yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Takes an epoch. It is committed when this returns where nothing has to be waited for. @throws what an earlier epoch failed with */
  push(epoch: SealedEpoch): void {
    this.#throwFailure();
    this.#waiting++;
    if (epoch.record === undefined) {
      this.#durable.push(epoch);
      this.#commit();
      this.#throwFailure();
    } else {
      this.#sealed.push(epoch);
      if (!this.#checkpointing) void this.#checkpoint();
    }
  }

  /** Waits until at most so many epochs wait. Rejects with what one failed with. */
  room(most: number): MaybePromise<void> {
    this.#throwFailure();
    if (this.#waiting <= most) return;
    return new Promise<void>((resolve) => {
      this.#wake = resolve;
    }).then(() => this.room(most));
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #checkpoint(): Promise<void> {
    this.#checkpointing = true;
    try {
      // Epochs that are sealed in the same turn go together.
      await null;
      while (this.#sealed.length > 0 && this.#failure === undefined) {
        const epochs = this.#sealed.splice(0);
        await this.#parts.log?.append(epochs.flatMap(({ record }) => record ?? []));
        for (const epoch of epochs) this.#parts.onDurable(epoch);
        this.#durable.push(...epochs);
        this.#commit();
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#checkpointing = false;
  }

  #commit(): void {
    if (this.#committing) return;
    this.#committing = true;
    try {
      while (this.#durable.length > 0 && this.#failure === undefined) {
        const epochs = this.#durable.splice(0);
        const last = epochs.at(-1) as SealedEpoch;
        const committed = this.#parts.committer.commit({
          first: (epochs[0] as SealedEpoch).number,
          last: last.number,
          clock: last.clock,
          changes: epochs.map(({ changes }) => changes),
        });
        if (isPending(committed)) {
          committed
            .then(() => {
              this.#conclude(epochs);
              this.#committing = false;
              this.#commit();
            })
            // Also what a listener throws ends the run.
            .catch((error: unknown) => {
              this.#committing = false;
              this.#fail(error);
            });
          return;
        }
        this.#conclude(epochs);
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#committing = false;
  }

  #conclude(epochs: readonly SealedEpoch[]): void {
    this.#waiting -= epochs.length;
    for (const epoch of epochs) {
      if (epoch.record === undefined) this.#parts.onDurable(epoch);
      this.#parts.onCommitted(epoch);
    }
    this.#wake();
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
    this.#parts.onFailure();
  }
}
