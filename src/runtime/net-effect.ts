import type { KeyedState } from '../state/keyed-state.ts';
import type { Row } from '../values/sql-type.ts';
import type { ChangeBatch } from './batch.ts';
import type { ChangeBuffer } from './change-buffer.ts';

/**
 * The net effect of the open epoch on keyed rows, in order of first touch: one entry per key, none where old equals new.
 * @param arrival whether the arrival counts in "equal" (an operator above orders by it)
 */
export function netEffect(
  state: KeyedState<Row, Row>,
  same: (a: Row, b: Row) => boolean,
  arrival: boolean,
  out: ChangeBuffer,
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
  return out;
}
