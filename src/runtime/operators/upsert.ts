import type { UpsertNode } from '../../plan/node.ts';
import { encodeKey, type KeyValue } from '../../values/key.ts';
import type { AppendBatch, Batch } from '../batch.ts';
import { changes } from '../changes.ts';
import type { Compiling } from '../compiling.ts';
import type { Epoch } from '../epoch.ts';
import type { Operator } from '../operator.ts';

/** The epoch's last row of each key as `+U` alone: what a plain `lastValue` directly below its table comes to. Keeps nothing. */
export function upsertOperator(node: UpsertNode, compiling: Compiling): Operator {
  const key = encodeKey(node.keys);
  const intake = compiling.intakeOf(node);
  return {
    node,
    state: null,
    apply(input: Batch, epoch: Epoch): Batch {
      const { rows, seqs } = input as AppendBatch;
      intake(input as AppendBatch, epoch);
      const last = new Map<KeyValue, number>();
      rows.forEach((row, i) => {
        last.set(key(row), i);
      });
      const out = changes();
      for (const i of last.values()) out.add(undefined, rows[i], -1, seqs[i] as number, -1);
      return out.batch;
    },
  };
}
