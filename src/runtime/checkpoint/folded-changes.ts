import type { TableChanges } from '../../connectors/database.ts';
import type { TableSchema } from '../../plan/schema.ts';
import { rowKey } from '../../values/keys/key-form.ts';
import { KeyIndex } from '../../values/keys/key-index.ts';
import type { Row } from '../../values/sql-type.ts';

/** The effects of epochs that follow one another on one table, as one: of each primary key the last. Not for write-backs, each of which stands on the one before. */
export class FoldedChanges {
  readonly #table: TableSchema;
  readonly #index: KeyIndex<Row>;
  readonly #rows: Row[] = [];
  readonly #deleted: boolean[] = [];

  constructor(table: TableSchema) {
    this.#table = table;
    this.#index = new KeyIndex(rowKey(table.primaryKey));
  }

  add({ upserts, deletes }: TableChanges): void {
    for (const row of deletes) this.#put(row, true);
    for (const row of upserts) this.#put(row, false);
  }

  #put(row: Row, gone: boolean): void {
    const slot = this.#index.slot(row);
    const at = slot < 0 ? ~slot : slot;
    this.#rows[at] = row;
    this.#deleted[at] = gone;
  }

  get changes(): TableChanges {
    return {
      table: this.#table,
      upserts: this.#rows.filter((_, i) => this.#deleted[i] === false),
      deletes: this.#rows.filter((_, i) => this.#deleted[i] === true),
      writeBacks: [],
    };
  }
}

/** Several epochs' effects on one table as one. */
export function foldChanges(epochs: readonly TableChanges[]): TableChanges {
  const full = epochs.filter(
    ({ upserts, deletes, writeBacks }) => upserts.length + deletes.length + writeBacks.length > 0,
  );
  const [first] = full.length === 0 ? epochs : full;
  if (full.length < 2) return first as TableChanges;
  const folded = new FoldedChanges((first as TableChanges).table);
  for (const changes of full) folded.add(changes);
  return folded.changes;
}
