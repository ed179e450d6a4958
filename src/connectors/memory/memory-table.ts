import type { TableSchema } from '../../plan/schema.ts';
import { comparator } from '../../values/compare.ts';
import { rowKey } from '../../values/keys/key-form.ts';
import { KeyIndex, NONE } from '../../values/keys/key-index.ts';
import type { Row, Value } from '../../values/sql-type.ts';

/** Rows in memory by their primary key. */
export class MemoryTable {
  readonly #index: KeyIndex<Row>;
  readonly #order: (a: Row, b: Row) => number;
  readonly #columns: readonly string[];
  readonly #rows: (Row | undefined)[] = [];
  #slots = new Int32Array(64);

  constructor(schema: TableSchema, rows: readonly Row[]) {
    this.#index = new KeyIndex(rowKey(schema.primaryKey));
    this.#order = primaryKeyOrder(schema);
    this.#columns = schema.columns.map(({ name }) => name);
    for (const row of rows) this.put(row);
  }

  /** The rows whose keys these rows have; null where there is none. */
  getAll(keys: readonly Row[]): (Row | null)[] {
    const slots = this.#room(keys.length);
    this.#index.finds(keys, keys.length, slots);
    return keys.map((_, i) => this.#at(slots[i] as number));
  }

  /** Inserts a row or replaces the one of its key. */
  put(row: Row): void {
    const slot = this.#index.slot(row);
    this.#rows[slot >= 0 ? slot : ~slot] = row;
  }

  /**
   * Replaces a row by one of its key, if it still is as it was read (null: if there still is none).
   * @returns whether it was
   */
  replace(read: Row | null, row: Row): boolean {
    const slot = this.#index.find(row);
    if (!this.#same(this.#at(slot), read)) return false;
    if (slot === NONE) this.put(row);
    else this.#rows[slot] = row;
    return true;
  }

  /** Inserts or replaces rows. */
  putAll(rows: readonly Row[]): void {
    const slots = this.#room(rows.length);
    this.#index.slots(rows, rows.length, slots);
    for (let i = 0; i < rows.length; i++) {
      const slot = slots[i] as number;
      this.#rows[slot >= 0 ? slot : ~slot] = rows[i];
    }
  }

  #at(slot: number): Row | null {
    return slot === NONE ? null : (this.#rows[slot] as Row);
  }

  /** Rows are never changed: mostly it is the very row that was read. Read from a checkpoint, it is another of the same values. */
  #same(held: Row | null, read: Row | null): boolean {
    if (held === read) return true;
    return held !== null && read !== null && this.#columns.every((name) => held[name] === read[name]);
  }

  #room(n: number): Int32Array {
    if (n > this.#slots.length) this.#slots = new Int32Array(Math.max(n, this.#slots.length * 2));
    return this.#slots;
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

/** Compares rows by their primary keys. */
export function primaryKeyOrder({ primaryKey, columns }: TableSchema): (a: Row, b: Row) => number {
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
