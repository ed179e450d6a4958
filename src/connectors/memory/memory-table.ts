import type { TableSchema } from '../../plan/schema.ts';
import { comparator } from '../../values/compare.ts';
import { rowKey } from '../../values/keys/key-form.ts';
import { KeyIndex, NONE } from '../../values/keys/key-index.ts';
import type { Row, Value } from '../../values/sql-type.ts';

/** Rows in memory by their primary key. */
export class MemoryTable {
  readonly #index: KeyIndex<Row>;
  readonly #order: (a: Row, b: Row) => number;
  readonly #rows: (Row | undefined)[] = [];
  #slots = new Int32Array(64);

  constructor(schema: TableSchema, rows: readonly Row[]) {
    this.#index = new KeyIndex(rowKey(schema.primaryKey));
    this.#order = primaryKeyOrder(schema);
    for (const row of rows) this.put(row);
  }

  /** The row whose key this row has. */
  get(key: Row): Row | undefined {
    const slot = this.#index.find(key);
    return slot === NONE ? undefined : this.#rows[slot];
  }

  /** Inserts a row or replaces the one of its key. */
  put(row: Row): void {
    const slot = this.#index.slot(row);
    this.#rows[slot >= 0 ? slot : ~slot] = row;
  }

  /** Inserts or replaces rows. */
  putAll(rows: readonly Row[]): void {
    const n = rows.length;
    if (n > this.#slots.length) this.#slots = new Int32Array(Math.max(n, this.#slots.length * 2));
    this.#index.slots(rows, n, this.#slots);
    for (let i = 0; i < n; i++) {
      const slot = this.#slots[i] as number;
      this.#rows[slot >= 0 ? slot : ~slot] = rows[i];
    }
  }

  /** Deletes the row of a key, if there is one. */
  delete(key: Row): void {
    const slot = this.#index.find(key);
    if (slot === NONE) return;
    this.#index.unlink(slot);
    this.#index.free(slot);
    this.#rows[slot] = undefined;
  }

  clear(): void {
    this.#index.clear();
    this.#rows.length = 0;
  }

  /** All rows in primary key order. */
  rows(): Row[] {
    return this.#rows.filter((row) => row !== undefined).sort(this.#order);
  }
}

function primaryKeyOrder({ primaryKey, columns }: TableSchema): (a: Row, b: Row) => number {
  const parts = columns
    .filter(({ name }) => primaryKey.includes(name))
    .sort((a, b) => primaryKey.indexOf(a.name) - primaryKey.indexOf(b.name))
    .map(({ name, type }) => ({ name, compare: comparator(type) }));
  return (a, b) => {
    for (const { name, compare } of parts) {
      const order = compare(a[name] as Value, b[name] as Value);
      if (order !== 0) return order;
    }
    return 0;
  };
}
