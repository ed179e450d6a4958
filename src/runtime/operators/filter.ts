import type { FilterNode } from '../../plan/node.ts';
import type { Row } from '../../values/sql-type.ts';
import { AppendBuffer } from '../append-buffer.ts';
import type { AppendBatch, Batch, ChangeBatch } from '../batch.ts';
import { blameOf } from '../blame.ts';
import { ChangeBuffer } from '../change-buffer.ts';
import type { Compiling } from '../compiling.ts';
import type { Epoch } from '../epoch.ts';
import { compileTest } from '../expressions/compile.ts';
import type { Operator } from '../operator.ts';

/** Keeps rows whose test is TRUE. An update that leaves the filter becomes `-D`, one that enters `+I`. */
export function filterOperator(node: FilterNode, compiling: Compiling): Operator {
  const test = compileTest(node.test, compiling.columnsOf(node.input), compiling.environment);
  const blame = blameOf(node, node.input);
  const rows = new AppendBuffer();
  const out = new ChangeBuffer();

  function appended(input: AppendBatch, epoch: Epoch): AppendBatch {
    rows.clear();
    for (let i = 0; i < input.n; i++) {
      const row = input.rows[i] as Row;
      const seq = input.seqs[i] as number;
      try {
        if (test(row)) rows.add(row, seq);
      } catch (error) {
        blame(epoch, seq, error);
      }
    }
    return rows;
  }

  function changed(input: ChangeBatch, epoch: Epoch): ChangeBatch {
    out.clear();
    input.settled.forEach((row, i) => {
      if (test(row)) out.settle(row, input.settledSeqs[i] as number);
    });
    for (let i = 0; i < input.n; i++) {
      const before = input.before[i];
      const after = input.after[i];
      const seq = input.afterSeqs[i] as number;
      try {
        const had = before !== undefined && test(before) ? before : undefined;
        const has = after !== undefined && test(after) ? after : undefined;
        if (had !== undefined || has !== undefined)
          out.add(had, has, input.beforeSeqs[i] as number, seq, input.slots[i] as number);
      } catch (error) {
        blame(epoch, seq, error);
      }
    }
    return out;
  }

  return {
    node,
    state: null,
    apply: (input: Batch, epoch: Epoch) =>
      input.kind === 'append' ? appended(input, epoch) : changed(input, epoch),
  };
}
