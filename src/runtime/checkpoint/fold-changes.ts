import type { TableChanges } from '../../connectors/database.ts';
import { rowKey } from '../../values/keys/key-form.ts';
import { KeyIndex } from '../../values/keys/key-index.ts';
import type { Row } from '../../values/sql-type.ts';

/** The effects of epochs that follow one another on one table, as one: of each primary key the last. Not for write-backs, each of which stands on the one before. */
export function foldChanges(epochs: readonly TableChanges[]): TableChanges {
  const full = epochs.filter(
    ({ upserts, deletes, writeBacks }) => upserts.length + deletes.length + writeBacks.length > 0,
  );
  const [first] = full.length === 0 ? epochs : full;
  if (full.length < 2) return first as TableChanges;
  const { table } = first as TableChanges;
  const index = new KeyIndex(rowKey(table.primaryKey));
  const rows: Row[] = [];
  const deleted: boolean[] = [];
  const put = (row: Row, gone: boolean): void => {
    const slot = index.slot(row);
    const at = slot < 0 ? ~slot : slot;
    rows[at] = row;
    deleted[at] = gone;
  };
  for (const { upserts, deletes } of full) {
    for (const row of deletes) put(row, true);
    for (const row of upserts) put(row, false);
  }
  return {
    table,
    upserts: rows.filter((_, i) => deleted[i] === false),
    deletes: rows.filter((_, i) => deleted[i] === true),
    writeBacks: [],
  };
}
