import type { UpsertNode } from '../../plan/node.ts';
import { rowKey } from '../../values/keys/key-form.ts';
import { KeyIndex } from '../../values/keys/key-index.ts';
import type { Row } from '../../values/sql-type.ts';
import type { AppendBatch, Batch } from '../batch.ts';
import { ChangeBuffer } from '../change-buffer.ts';
import type { Compiling } from '../compiling.ts';
import type { Epoch } from '../epoch.ts';
import type { Operator } from '../operator.ts';

/** The epoch's last row of each key as `+U` alone: what a plain `lastValue` directly below its table comes to. Keeps nothing. */
export function upsertOperator(node: UpsertNode, compiling: Compiling): Operator {
  const seen = new KeyIndex(rowKey(node.keys));
  const out = new ChangeBuffer();
  const intake = compiling.intakeOf(node);
  return {
    node,
    state: null,
    apply(input: Batch, epoch: Epoch): Batch {
      const { n, rows, seqs } = input as AppendBatch;
      intake(input as AppendBatch, epoch);
      seen.clear();
      out.clear();
      for (let i = 0; i < n; i++) {
        const row = rows[i] as Row;
        const slot = seen.slot(row);
        if (slot < 0) out.add(undefined, row, -1, seqs[i] as number, -1);
        else {
          out.after[slot] = row;
          out.afterSeqs[slot] = seqs[i] as number;
        }
      }
      return out;
    },
  };
}
