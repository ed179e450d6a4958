import type { Row } from '../values/sql-type.ts';
import { trim } from '../values/trim.ts';
import type { AppendBatch } from './batch.ts';

/** A batch of appended rows, filled anew in each try of an epoch. */
export class AppendBuffer implements AppendBatch {
  readonly kind = 'append';
  n = 0;
  readonly rows: Row[] = [];
  readonly seqs: number[] = [];

  /** Begins anew. */
  clear(): this {
    trim(this.rows, this.n);
    this.n = 0;
    return this;
  }

  add(row: Row, seq: number): void {
    this.rows[this.n] = row;
    this.seqs[this.n] = seq;
    this.n++;
  }
}
