import type { UpsertNode } from '../../plan/node.ts';
import { rowKey } from '../../values/keys/key-form.ts';
import { KeyIndex } from '../../values/keys/key-index.ts';
import type { Row } from '../../values/sql-type.ts';
import type { AppendBatch, Batch } from '../batch.ts';
import { changes } from '../changes.ts';
import type { Compiling } from '../compiling.ts';
import type { Epoch } from '../epoch.ts';
import type { Operator } from '../operator.ts';

/** The epoch's last row of each key as `+U` alone: what a plain `lastValue` directly below its table comes to. Keeps nothing. */
export function upsertOperator(node: UpsertNode, compiling: Compiling): Operator {
  const seen = new KeyIndex(rowKey(node.keys));
  const intake = compiling.intakeOf(node);
  return {
    node,
    state: null,
    apply(input: Batch, epoch: Epoch): Batch {
      const { rows, seqs } = input as AppendBatch;
      intake(input as AppendBatch, epoch);
      const last: number[] = [];
      for (let i = 0; i < rows.length; i++) {
        const slot = seen.slot(rows[i] as Row);
        last[slot >= 0 ? slot : ~slot] = i;
      }
      seen.clear();
      const out = changes();
      for (const i of last) out.add(undefined, rows[i], -1, seqs[i] as number, -1);
      return out.batch;
    },
  };
}
