import type { ProjectNode } from '../../plan/node.ts';
import { sameRow } from '../../values/compare.ts';
import type { Row } from '../../values/sql-type.ts';
import { AppendBuffer } from '../append-buffer.ts';
import type { AppendBatch, Batch, ChangeBatch } from '../batch.ts';
import { blameOf } from '../blame.ts';
import { ChangeBuffer } from '../change-buffer.ts';
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
  const made = new AppendBuffer();
  const out = new ChangeBuffer();

  function changed(input: ChangeBatch, epoch: Epoch): ChangeBatch {
    out.clear();
    input.settled.forEach((row, i) => {
      out.settle(project(row), input.settledSeqs[i] as number);
    });
    for (let i = 0; i < input.n; i++) {
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
    return out;
  }

  function appended(input: AppendBatch, epoch: Epoch): AppendBatch {
    made.clear();
    for (let i = 0; i < input.n; i++) {
      const seq = input.seqs[i] as number;
      try {
        made.add(project(input.rows[i] as Row), seq);
      } catch (error) {
        blame(epoch, seq, error);
      }
    }
    return made;
  }

  // A pick of all columns: rows are objects, whose order of columns nobody asks for.
  if (isIdentity(node, compiling)) return { node, state: null, apply: (input) => input };
  return {
    node,
    state: null,
    apply: (input: Batch, epoch: Epoch): Batch =>
      input.kind === 'append' ? appended(input, epoch) : changed(input, epoch),
  };
}

const isIdentity = (node: ProjectNode, compiling: Compiling): boolean =>
  node.fields.length === compiling.columnsOf(node.input).length &&
  node.fields.every(([name, value]) => value.op === 'column' && value.name === name);
