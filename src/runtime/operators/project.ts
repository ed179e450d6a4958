import type { ProjectNode } from '../../plan/node.ts';
import { sameRow } from '../../values/compare.ts';
import type { Row } from '../../values/sql-type.ts';
import type { Batch, ChangeBatch } from '../batch.ts';
import { blameOf } from '../blame.ts';
import { changes } from '../changes.ts';
import type { Compiling } from '../compiling.ts';
import type { Epoch } from '../epoch.ts';
import { compileProjection } from '../expressions/compile.ts';
import type { Operator } from '../operator.ts';

/** Makes new rows, column by column. A change that does not show in the new columns is none. */
export function projectOperator(node: ProjectNode, compiling: Compiling): Operator {
  const project = compileProjection(node.fields, compiling.columnsOf(node.input), compiling.environment);
  const same = sameRow(node.fields.map(([name]) => name));
  const arrival = compiling.arrivalCounts(node);
  const blame = blameOf(node, node.input);

  function changed(input: ChangeBatch, epoch: Epoch): ChangeBatch {
    const out = changes();
    input.settled.forEach((row, i) => {
      out.settle(project(row), input.settledSeqs[i] as number);
    });
    for (let i = 0; i < input.before.length; i++) {
      const before = input.before[i];
      const after = input.after[i];
      const beforeSeq = input.beforeSeqs[i] as number;
      const afterSeq = input.afterSeqs[i] as number;
      try {
        const had = before && project(before);
        const has = after && project(after);
        if (had && has && same(had, has) && !(arrival && beforeSeq !== afterSeq)) continue;
        out.add(had, has, beforeSeq, afterSeq, input.slots[i] as number);
      } catch (error) {
        blame(epoch, afterSeq, error);
      }
    }
    return out.batch;
  }

  return {
    node,
    state: null,
    apply(input: Batch, epoch: Epoch): Batch {
      if (input.kind === 'changes') return changed(input, epoch);
      const rows: Row[] = [];
      const seqs: number[] = [];
      for (let i = 0; i < input.rows.length; i++) {
        const seq = input.seqs[i] as number;
        try {
          rows.push(project(input.rows[i] as Row));
          seqs.push(seq);
        } catch (error) {
          blame(epoch, seq, error);
        }
      }
      return { kind: 'append', rows, seqs };
    },
  };
}
