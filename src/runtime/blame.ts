import { failed, RowError } from '../errors.ts';
import type { IntoNode, Relation } from '../plan/node.ts';
import { addFault, type Epoch } from './epoch.ts';

/** Is each row of the relation one source row (filtered, projected, joined with a dimension), not made of several? */
function isOneRow(node: Relation): boolean {
  switch (node.op) {
    case 'source':
      return true;
    case 'aggregate':
      return false;
    case 'lastValue':
    case 'firstValue':
      return !node.ignoreNulls && isOneRow(node.input);
    default:
      return isOneRow(node.input);
  }
}

/** Notes an error under the row that caused it: `seq` is the row's arrival. Throws where there is no such row in the epoch. */
export type Blame = (epoch: Epoch, seq: number, error: unknown) => void;

/**
 * How a node blames rows. What belongs to a row of an earlier epoch, or to no single row, stops the job: a
 * `MillraceError` (exit 1) that names the operator. Errors that are not of rows pass through.
 */
export function blameOf(node: Relation | IntoNode, rows: Relation): Blame {
  const single = isOneRow(rows);
  return (epoch, seq, error) => {
    if (!(error instanceof RowError)) throw error;
    if (single && seq >= epoch.firstSeq && seq < epoch.endSeq) {
      addFault(epoch, seq, error);
      return;
    }
    // A row that was found at fault may be behind it: the next try, without that row, tells.
    if (epoch.spoilt) return;
    const column = error.column === undefined ? '' : ` (column '${error.column}')`;
    const whose = single ? 'a row of an earlier epoch' : 'a row made of several';
    throw failed(
      `${node.at.file}:${node.at.line}: ${node.op}: ${error.message}${column}, in ${whose}. The epoch was not committed. Filter such rows out, or make the value fit before the keyed operator.`,
      error,
    );
  };
}
