import type { Row } from '../values/sql-type.ts';
import { trim } from '../values/trim.ts';
import type { ChangeBatch } from './batch.ts';

/** A batch of changes, filled anew in each try of an epoch. */
export class ChangeBuffer implements ChangeBatch {
  readonly kind = 'changes';
  n = 0;
  readonly before: (Row | undefined)[] = [];
  readonly after: (Row | undefined)[] = [];
  readonly beforeSeqs: number[] = [];
  readonly afterSeqs: number[] = [];
  readonly slots: number[] = [];
  readonly settled: Row[] = [];
  readonly settledSeqs: number[] = [];

  /** Begins anew. */
  clear(): this {
    trim(this.before, this.n);
    trim(this.after, this.n);
    this.n = 0;
    if (this.settled.length > 0) {
      this.settled.length = 0;
      this.settledSeqs.length = 0;
    }
    return this;
  }

  add(
    before: Row | undefined,
    after: Row | undefined,
    beforeSeq: number,
    afterSeq: number,
    slot: number,
  ): void {
    const { n } = this;
    this.before[n] = before;
    this.after[n] = after;
    this.beforeSeqs[n] = beforeSeq;
    this.afterSeqs[n] = afterSeq;
    this.slots[n] = slot;
    this.n = n + 1;
  }

  settle(row: Row, seq: number): void {
    this.settled.push(row);
    this.settledSeqs.push(seq);
  }
}
