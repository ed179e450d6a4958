import type { Expiry } from '../../../state/expiry.ts';
import type { KeyedState } from '../../../state/keyed-state.ts';
import type { Row } from '../../../values/sql-type.ts';
import type { ChangeBuffer } from '../../change-buffer.ts';

/**
 * Settles the rows whose `ttl` has passed, at the start of an epoch and before its changes: operators above can never
 * be asked to take them back. Their keys begin anew.
 * @returns the slots
 */
export function settleDue(
  expiry: Expiry,
  rows: KeyedState<Row, Row>,
  now: number,
  out: ChangeBuffer,
): readonly number[] {
  const due = expiry.due(now);
  for (const slot of due) {
    const row = rows.get(slot);
    if (row !== undefined) out.settle(row, rows.seq(slot));
    rows.forget(slot);
    expiry.remove(slot);
  }
  return due;
}
