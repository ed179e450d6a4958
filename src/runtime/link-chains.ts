import type { Database, TableChanges, WriteBack } from '../connectors/database.ts';
import type { TableSchema } from '../plan/schema.ts';
import { sameRow } from '../values/compare.ts';
import { rowKey } from '../values/keys/key-form.ts';
import { KeyIndex, NONE } from '../values/keys/key-index.ts';
import type { Row } from '../values/sql-type.ts';

/**
 * Write-backs of one key in epochs that are applied again: each stands on the row that the one before wrote. Where one found another writer's row, those
 * after it are not made: his row stands.
 */
export class LinkChains {
  readonly #database: Database;
  readonly #signal: AbortSignal;
  /** By table: keys whose chain has ended. */
  readonly #ended = new Map<TableSchema, KeyIndex<Row>>();

  constructor(database: Database, signal: AbortSignal) {
    this.#database = database;
    this.#signal = signal;
  }

  /** The changes without the write-backs of chains that have ended. */
  alive(changes: readonly TableChanges[]): readonly TableChanges[] {
    if (this.#ended.size === 0) return changes;
    return changes.map((change) => {
      const ended = this.#ended.get(change.table);
      if (ended === undefined) return change;
      return { ...change, writeBacks: change.writeBacks.filter(({ row }) => ended.find(row) === NONE) };
    });
  }

  /** Ends the chains of the write-backs that were not made. */
  async note(changes: readonly TableChanges[], overtaken: number): Promise<void> {
    if (overtaken === 0) return;
    for (const { table, writeBacks } of changes) {
      if (writeBacks.length === 0) continue;
      const rows = writeBacks.map(({ row }: WriteBack) => row);
      const found = await this.#database.lookup(table, rows.map(keyOf(table)), this.#signal);
      const same = sameRow(table.columns.map(({ name }) => name));
      const ended = this.#ended.get(table) ?? new KeyIndex(rowKey(table.primaryKey));
      this.#ended.set(table, ended);
      rows.forEach((row, i) => {
        const now = found[i] ?? null;
        if (now === null || !same(now, row)) ended.slot(row);
      });
    }
  }
}

const keyOf =
  ({ primaryKey }: TableSchema) =>
  (row: Row): Row =>
    Object.fromEntries(primaryKey.map((name) => [name, row[name] as Row[string]]));
