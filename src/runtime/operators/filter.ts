import type { FilterNode } from '../../plan/node.ts';
import type { Row } from '../../values/sql-type.ts';
import type { AppendBatch, Batch, ChangeBatch } from '../batch.ts';
import { type Blame, blameOf } from '../blame.ts';
import { changes } from '../changes.ts';
import type { Compiling } from '../compiling.ts';
import type { Epoch } from '../epoch.ts';
import { compileTest } from '../expressions/compile.ts';
import type { Operator } from '../operator.ts';

/** Keeps rows whose test is TRUE. An update that leaves the filter becomes `-D`, one that enters `+I`. */
export function filterOperator(node: FilterNode, compiling: Compiling): Operator {
  const test = compileTest(node.test, compiling.columnsOf(node.input), compiling.environment);
  const blame = blameOf(node, node.input);
  return {
    node,
    state: null,
    apply: (input: Batch, epoch: Epoch) =>
      input.kind === 'append' ? appended(input, epoch, test, blame) : changed(input, epoch, test, blame),
  };
}

function appended(input: AppendBatch, epoch: Epoch, test: (row: Row) => boolean, blame: Blame): AppendBatch {
  const rows: Row[] = [];
  const seqs: number[] = [];
  for (let i = 0; i < input.rows.length; i++) {
    const row = input.rows[i] as Row;
    const seq = input.seqs[i] as number;
    try {
      if (test(row)) {
        rows.push(row);
        seqs.push(seq);
      }
    } catch (error) {
      blame(epoch, seq, error);
    }
  }
  return { kind: 'append', rows, seqs };
}

function changed(input: ChangeBatch, epoch: Epoch, test: (row: Row) => boolean, blame: Blame): ChangeBatch {
  const out = changes();
  input.settled.forEach((row, i) => {
    if (test(row)) out.settle(row, input.settledSeqs[i] as number);
  });
  for (let i = 0; i < input.before.length; i++) {
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
  return out.batch;
}
