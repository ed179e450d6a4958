import { trim } from '../trim.ts';
import type { KeyForm, KeyPart } from './key-form.ts';
import { SlotTable } from './slot-table.ts';

/** No slot. */
export const NONE = -1;

/**
 * A dictionary: dense slots, from 0, of keys. Slots that are given back are given out again, the last first. A key that
 * was unlinked is found no more, but its slot stays its own until it is freed.
 *
 * @example const index = new KeyIndex(rowKey(['id', 'day'])); index.slot(row);
 */
export class KeyIndex<K> {
  readonly #form: KeyForm<K>;
  readonly #first: KeyPart;
  readonly #table = new SlotTable();
  readonly #free: number[] = [];
  #hashes = new Int32Array(0);
  #end = 0;

  constructor(form: KeyForm<K>) {
    this.#form = form;
    this.#first = form.parts[0] as KeyPart;
  }

  /** Keys that can be found. */
  get size(): number {
    return this.#table.size;
  }

  /** The slot of a key, or `NONE`. */
  find(key: K): number {
    return this.#find(key, this.#form.hash(key));
  }

  /** The slot of a key. Where it was not to be found it is given one, and the answer is that slot's complement (`~slot`), thus negative. */
  slot(key: K): number {
    return this.#slot(key, this.#form.hash(key));
  }

  #slot(key: K, hash: number): number {
    const known = this.#find(key, hash);
    if (known !== NONE) return known;
    const slot = this.#free.pop() ?? this.#end++;
    this.#form.keep(key, slot);
    this.#table.insert(hash, slot);
    return ~slot;
  }

  /**
   * The slots of keys, each as `slot` answers it, in order; `into` has room for them. Large tables are not in the processor's caches: all cells are
   * asked for before any key is compared, so that one wait does not begin where another ends.
   */
  slots(keys: readonly K[], n: number, into: Int32Array): void {
    const form = this.#form;
    const hashes = this.#guess(keys, n, into);
    for (let i = 0; i < n; i++) {
      const key = keys[i] as K;
      const likely = into[i] as number;
      if (likely === NONE || !form.same(key, likely)) into[i] = this.#slot(key, hashes[i] as number);
    }
  }

  /** The slots of keys, each as `find` answers it. */
  finds(keys: readonly K[], n: number, into: Int32Array): void {
    const form = this.#form;
    const hashes = this.#guess(keys, n, into);
    for (let i = 0; i < n; i++) {
      const key = keys[i] as K;
      const likely = into[i] as number;
      if (likely !== NONE && !form.same(key, likely)) into[i] = this.#find(key, hashes[i] as number);
    }
  }

  /** The first slot of each key's hash, which is the key's own but for a collision. @returns the hashes */
  #guess(keys: readonly K[], n: number, into: Int32Array): Int32Array {
    const table = this.#table;
    const form = this.#form;
    if (n > this.#hashes.length) this.#hashes = new Int32Array(into.length);
    const hashes = this.#hashes;
    for (let i = 0; i < n; i++) hashes[i] = form.hash(keys[i] as K);
    for (let i = 0; i < n; i++) {
      const at = table.first(hashes[i] as number);
      into[i] = at < 0 ? NONE : table.at(at);
    }
    return hashes;
  }

  #find(key: K, hash: number): number {
    const table = this.#table;
    for (let at = table.first(hash); at >= 0; at = table.next(hash, at)) {
      const slot = table.at(at);
      if (this.#form.same(key, slot)) return slot;
    }
    return NONE;
  }

  /** Makes a slot's key one that is found no more. */
  unlink(slot: number): void {
    this.#table.delete(slot);
  }

  /** Makes an unlinked slot's key found again. */
  relink(slot: number): void {
    this.#table.restore(slot);
  }

  /** Gives back an unlinked slot. */
  free(slot: number): void {
    for (const part of this.#form.parts) part[slot] = undefined;
    this.#free.push(slot);
  }

  /** Takes in the keys of slots 0 to `end`, each its own or undefined: the slot is free. The index is new. */
  restore(end: number, keyOf: (slot: number) => K | undefined): void {
    this.#end = end;
    for (let slot = end - 1; slot >= 0; slot--) {
      const key = keyOf(slot);
      if (key === undefined) {
        for (const part of this.#form.parts) part[slot] = undefined;
        this.#free.push(slot);
      }
    }
    for (let slot = 0; slot < end; slot++) {
      const key = keyOf(slot);
      if (key === undefined) continue;
      this.#form.keep(key, slot);
      this.#table.insert(this.#form.hash(key), slot);
    }
  }

  /** Does the slot belong to a key? */
  holds(slot: number): boolean {
    return slot < this.#end && this.#first[slot] !== undefined;
  }

  /** Forgets all keys. Memory stays, for about as many; what it holds is written over. */
  clear(): void {
    this.#table.clear();
    for (const part of this.#form.parts) trim(part, this.#end);
    if (this.#free.length > 0) this.#free.length = 0;
    this.#end = 0;
  }
}
