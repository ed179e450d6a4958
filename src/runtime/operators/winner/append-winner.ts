import type { FirstValueNode, LastValueNode } from '../../../plan/node.ts';
import type { StatePart } from '../../../state/checkpoint/state-part.ts';
import { Expiry } from '../../../state/expiry.ts';
import { KeyedState } from '../../../state/keyed-state.ts';
import { RowsPart } from '../../../state/rows-part.ts';
import { rowKey } from '../../../values/keys/key-form.ts';
import type { Row } from '../../../values/sql-type.ts';
import type { AppendBatch, Batch, ChangeBatch } from '../../batch.ts';
import { ChangeBuffer } from '../../change-buffer.ts';
import type { Compiling } from '../../compiling.ts';
import type { Epoch } from '../../epoch.ts';
import { netEffect } from '../../net-effect.ts';
import type { Operator, Stateful } from '../../operator.ts';
import { recallRows } from '../../recall-rows.ts';
import { sameValues } from '../../same-values.ts';
import { orderOf } from './order.ts';
import { settleDue } from './settle-due.ts';

/** `lastValue` and `firstValue` of whole rows over append-only input: one row of each key is kept, the winner so far. */
export class AppendWinner implements Operator, Stateful {
  readonly node: LastValueNode | FirstValueNode;
  readonly state = this;
  /** The winner of each key. */
  readonly rows: KeyedState<Row, Row>;
  readonly #apply: (input: AppendBatch, epoch: Epoch) => ChangeBatch;
  readonly #expiry: Expiry | null;
  readonly parts: readonly StatePart[];

  constructor(node: LastValueNode | FirstValueNode, compiling: Compiling) {
    this.node = node;
    const columns = compiling.columnsOf(node);
    const same = sameValues(columns, node.keys);
    const arrival = compiling.arrivalCounts(node);
    const intake = compiling.intakeOf(node);
    const beats = orderOf(node, columns);
    const latest = node.op === 'lastValue' && node.by === null;
    const rows = new KeyedState<Row, Row>(rowKey(node.keys));
    this.rows = rows;
    const expiry = node.ttl === null ? null : new Expiry(node.ttl);
    this.#expiry = expiry;
    this.parts = [new RowsPart(rows, { columns, keyOf: (row) => row, expiry })];

    const out = new ChangeBuffer();
    this.#apply = (input, epoch) => {
      out.clear();
      if (expiry !== null) settleDue(expiry, rows, epoch.clock, out);
      intake(input, epoch);
      const slots = rows.slots(input.rows, input.n);
      const { deletes } = epoch;
      for (let i = 0; i < input.n; i++) {
        const row = input.rows[i] as Row;
        const seq = input.seqs[i] as number;
        const slot = slots[i] as number;
        const first = rows.get(slot);
        if (deletes.size > 0 && deletes.has(seq)) rows.set(slot, undefined, -1);
        else if (latest || first === undefined || beats(row, seq, first, rows.seq(slot)))
          rows.set(slot, row, seq);
        if (expiry !== null) expiry.touch(slot);
      }
      return netEffect(rows, same, arrival, out);
    };
  }

  apply(input: Batch, epoch: Epoch): Batch {
    return this.#apply(input as AppendBatch, epoch);
  }

  recall(): Batch {
    return recallRows(this.rows);
  }

  get expired(): number {
    return this.rows.changes.forgotten.length;
  }

  rollback(): void {
    this.rows.rollback();
    this.#expiry?.rollback();
  }

  commit(epoch: Epoch): void {
    this.rows.commit(epoch.number);
    this.#expiry?.commit(epoch.clock);
  }
}
