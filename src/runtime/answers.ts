import type { LookupNode } from '../plan/node.ts';
import type { Column } from '../plan/schema.ts';
import { rowKey } from '../values/keys/key-form.ts';
import { KeyIndex, NONE } from '../values/keys/key-index.ts';
import type { Row } from '../values/sql-type.ts';
import { trim } from '../values/trim.ts';
import { dimensionKey, isOwnKey } from './dimension-key.ts';
import type { Epoch } from './epoch.ts';

/**
 * What a lookup's table answers in an epoch, by small dense numbers that stand for its keys. A key is asked for once in
 * an epoch, also when the epoch is computed again.
 */
export class Answers {
  readonly #keyOf: (near: Row) => Row | null;
  /** Do the near rows carry the table's key as it is, by its names? */
  readonly #isOwn: boolean;
  readonly #index: KeyIndex<Row>;
  readonly #rows: (Row | null)[] = [];
  #wanted: Row[] = [];
  readonly #places: number[] = [];
  #epoch: Epoch | undefined;

  /** @param columns of the near rows */
  constructor(node: LookupNode, columns: readonly Column[]) {
    this.#keyOf = dimensionKey(node, columns);
    this.#isOwn = isOwnKey(node, columns);
    this.#index = new KeyIndex(rowKey(node.table.primaryKey));
  }

  /** Begins anew, unless it is the same epoch. */
  open(epoch: Epoch): void {
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    trim(this.#rows, this.#index.size);
    this.#index.clear();
  }

  /** The number of the key that a row looks up; `NONE`: no row of the table can match. */
  place(near: Row): number {
    const key = this.#isOwn ? near : this.#keyOf(near);
    if (key === null) return NONE;
    const known = this.#index.slot(key);
    if (known >= 0) return known;
    const place = ~known;
    this.#rows[place] = null;
    const wanted = this.#isOwn ? this.#keyOf(near) : key;
    if (wanted !== null) {
      this.#wanted.push(wanted);
      this.#places.push(place);
    }
    return place;
  }

  /** Keys whose answers are not there yet. */
  get wanted(): readonly Row[] {
    return this.#wanted;
  }

  /** Takes in the answers to `wanted`, in its order. */
  take(found: readonly (Row | null)[]): void {
    for (let i = 0; i < this.#places.length; i++) this.#rows[this.#places[i] as number] = found[i] ?? null;
    // A database may have kept the list.
    this.#wanted = [];
    this.#places.length = 0;
  }

  /** The table's row of a number; null: there is none. */
  at(place: number): Row | null {
    return place === NONE ? null : (this.#rows[place] as Row | null);
  }

  /** The table's row of the key that a row of the table has; null: there is none, or nobody asked for it. */
  of(row: Row): Row | null {
    return this.at(this.#index.find(row));
  }
}
