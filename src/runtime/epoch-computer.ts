import { isPending, type MaybePromise } from '../maybe-promise.ts';
import { AppendBuffer } from './append-buffer.ts';
import type { Computed, Pipeline } from './compile.ts';
import { type Epoch, forgiveFollowers } from './epoch.ts';

/** Computes epochs on a pipeline, each until no row is found at fault: every time without those that were. */
export class EpochComputer {
  readonly #pipeline: Pipeline;
  /** The rows of an epoch, by source. */
  readonly #read: ReadonlyMap<string, AppendBuffer>;
  /** Faults of the open epoch when its present try began. */
  #faultsBefore = 0;

  /** @param sources their names */
  constructor(pipeline: Pipeline, sources: readonly string[]) {
    this.#pipeline = pipeline;
    this.#read = new Map(sources.map((name) => [name, new AppendBuffer()]));
  }

  /** What an epoch comes to without the rows at fault, which it names then. Not sealed yet. */
  compute(epoch: Epoch): MaybePromise<Computed> {
    for (;;) {
      const computed = this.#attempt(epoch);
      if (isPending(computed))
        return computed.then((later) => {
          if (!epoch.spoilt) return later;
          this.#takeBack(epoch);
          return this.compute(epoch);
        });
      if (!epoch.spoilt) return computed;
      this.#takeBack(epoch);
    }
  }

  #takeBack(epoch: Epoch): void {
    forgiveFollowers(epoch, this.#faultsBefore);
    for (const state of this.#pipeline.states) state.rollback();
  }

  /** Computes an epoch without the rows that are at fault so far. */
  #attempt(epoch: Epoch): MaybePromise<Computed> {
    epoch.spoilt = false;
    epoch.applied.fill(0, 0, epoch.endSeq - epoch.firstSeq);
    if (epoch.wroteFor.size > 0) epoch.wroteFor.clear();
    this.#faultsBefore = epoch.faults.size;
    for (const buffer of this.#read.values()) buffer.clear();
    for (const { source, firstSeq, batch } of epoch.parts) {
      const into = this.#read.get(source) as AppendBuffer;
      for (let i = 0; i < batch.n; i++) {
        const row = batch.rows[i];
        if (row == null || (epoch.faults.size > 0 && epoch.faults.has(firstSeq + i))) continue;
        into.add(row, firstSeq + i);
      }
    }
    return this.#pipeline.compute(epoch, this.#read);
  }
}
