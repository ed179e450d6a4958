import type { TableChanges } from '../connectors/database.ts';
import type { TableSchema } from '../plan/schema.ts';
import { rowKey } from '../values/keys/key-form.ts';
import { KeyIndex, NONE } from '../values/keys/key-index.ts';
import type { Row } from '../values/sql-type.ts';

/**
 * Write-backs of one key in epochs that are applied again: each stands on the row that the one before wrote. Where one found another writer's row, those
 * after it are not made, whatever he wrote: his row stands.
 */
export class LinkChains {
  /** By table: keys whose chain has ended. */
  readonly #ended = new Map<TableSchema, KeyIndex<Row>>();

  /** The changes without the write-backs of chains that have ended. */
  alive(changes: readonly TableChanges[]): readonly TableChanges[] {
    if (this.#ended.size === 0) return changes;
    return changes.map((change) => {
      const ended = this.#ended.get(change.table);
      if (ended === undefined) return change;
      return { ...change, writeBacks: change.writeBacks.filter(({ row }) => ended.find(row) === NONE) };
    });
  }

  /** Ends the chain of a write-back that was not made. */
  end(table: TableSchema, row: Row): void {
    const ended = this.#ended.get(table) ?? new KeyIndex(rowKey(table.primaryKey));
    this.#ended.set(table, ended);
    ended.slot(row);
  }
}
