import type { KeyedState } from '../state/keyed-state.ts';
import type { Row } from '../values/sql-type.ts';
import type { ChangeBatch } from './batch.ts';
import { ChangeBuffer } from './change-buffer.ts';

/** All rows of keyed state as inserts. */
export function recallRows<K>(rows: KeyedState<K, Row>): ChangeBatch {
  const out = new ChangeBuffer();
  for (let slot = 0; slot < rows.end; slot++) {
    const row = rows.get(slot);
    if (row !== undefined) out.add(undefined, row, -1, rows.seq(slot), slot);
  }
  return out;
}
