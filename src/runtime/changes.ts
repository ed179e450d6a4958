import type { KeyedState } from '../state/keyed-state.ts';
import type { Row } from '../values/sql-type.ts';
import type { ChangeBatch } from './batch.ts';

/** A batch of changes under construction. */
export class ChangesBuilder {
  readonly batch = {
    kind: 'changes' as const,
    before: [] as (Row | undefined)[],
    after: [] as (Row | undefined)[],
    beforeSeqs: [] as number[],
    afterSeqs: [] as number[],
    slots: [] as number[],
    settled: [] as Row[],
    settledSeqs: [] as number[],
  } satisfies ChangeBatch;

  add(
    before: Row | undefined,
    after: Row | undefined,
    beforeSeq: number,
    afterSeq: number,
    slot: number,
  ): void {
    this.batch.before.push(before);
    this.batch.after.push(after);
    this.batch.beforeSeqs.push(beforeSeq);
    this.batch.afterSeqs.push(afterSeq);
    this.batch.slots.push(slot);
  }

  settle(row: Row, seq: number): void {
    this.batch.settled.push(row);
    this.batch.settledSeqs.push(seq);
  }
}

/** An empty batch of changes, to be filled. */
export const changes = (): ChangesBuilder => new ChangesBuilder();

/**
 * The net effect of the open epoch on keyed rows, in order of first touch: one entry per key, none where old equals new.
 * @param arrival whether the arrival counts in "equal" (an operator above orders by it)
 */
export function netEffect(
  state: KeyedState<Row, Row>,
  same: (a: Row, b: Row) => boolean,
  arrival: boolean,
  out: ChangesBuilder,
): ChangeBatch {
  const log = state.changes;
  // Forgotten slots stand first in the log: their rows are settled, not deleted.
  for (let i = log.forgotten.length; i < log.n; i++) {
    const slot = log.slots[i] as number;
    const before = log.values[i];
    const after = state.get(slot);
    if (before === undefined) {
      if (after !== undefined) out.add(undefined, after, -1, state.seq(slot), slot);
    } else if (after === undefined) out.add(before, undefined, log.seqs[i] as number, -1, slot);
    else if ((before !== after && !same(before, after)) || (arrival && log.seqs[i] !== state.seq(slot)))
      out.add(before, after, log.seqs[i] as number, state.seq(slot), slot);
  }
  return out.batch;
}
