import type { KeyForm } from '../values/keys/key-form.ts';
import { KeyIndex, NONE } from '../values/keys/key-index.ts';
import { UndoLog } from './undo-log.ts';
import { type Version, Versions } from './versions.ts';

/** Epochs whose versions stay readable after their commit. */
export const KEPT_VERSIONS = 16;

/**
 * Keyed state of one operator: a value and an arrival (sequence number) for each key.
 *
 * Keys are resolved once per row to dense slots. Values are immutable: `set` replaces. The open epoch is undone by
 * `rollback` or sealed by `commit`; `version(e)` reads what was there at the end of a sealed epoch, also while the
 * next one is open. A slot that ends an epoch empty is given out again after its commit, never within the epoch.
 */
export class KeyedState<K, V> {
  readonly #index: KeyIndex<K>;
  readonly #values: (V | undefined)[] = [];
  readonly #seqs: number[] = [];
  /** Where a slot stands in the open epoch's log: a sparse set, so that no epoch clears it. */
  #places = new Int32Array(1024);
  #found = new Int32Array(64);
  #log = new UndoLog<V>();
  /** Logs of sealed epochs, oldest first. */
  readonly #sealed: { epoch: number; log: UndoLog<V> }[] = [];
  readonly #versions = new Versions<V>();

  constructor(key: KeyForm<K>) {
    this.#index = new KeyIndex(key);
  }

  /** One past the greatest slot that was ever given out. */
  get end(): number {
    return this.#values.length;
  }

  /** Keys that have a value, or were given a slot in the open epoch. */
  get size(): number {
    return this.#index.size;
  }

  /** The slot of a key, made where there is none yet. */
  slot(key: K): number {
    const known = this.#index.slot(key);
    return known >= 0 ? known : this.#add(~known);
  }

  /** The slots of keys, each as `slot` answers it. Valid until the next call. */
  slots(keys: readonly K[], n: number): Int32Array {
    if (n > this.#found.length) this.#found = new Int32Array(Math.max(n, this.#found.length * 2));
    const found = this.#found;
    this.#index.slots(keys, n, found);
    for (let i = 0; i < n; i++) {
      const slot = found[i] as number;
      if (slot < 0) found[i] = this.#add(~slot);
    }
    return found;
  }

  #add(slot: number): number {
    if (slot === this.#values.length) {
      this.#values.push(undefined);
      this.#seqs.push(-1);
      if (slot >= this.#places.length) {
        const places = new Int32Array(this.#places.length * 2);
        places.set(this.#places);
        this.#places = places;
      }
    }
    this.#log.added.push(slot);
    return slot;
  }

  /** The slot of a key; undefined where there is none. */
  find(key: K): number | undefined {
    const slot = this.#index.find(key);
    return slot === NONE ? undefined : slot;
  }

  /** The value in a slot, with the open epoch's changes. */
  get(slot: number): V | undefined {
    return this.#values[slot];
  }

  /** The arrival of the value in a slot. */
  seq(slot: number): number {
    return this.#seqs[slot] as number;
  }

  /** Replaces the value in a slot; undefined empties it. */
  set(slot: number, value: V | undefined, seq: number): void {
    const log = this.#log;
    const place = this.#places[slot] as number;
    if (place >= log.n || log.slots[place] !== slot) {
      this.#places[slot] = log.n;
      log.slots[log.n] = slot;
      log.values[log.n] = this.#values[slot];
      log.seqs[log.n] = this.#seqs[slot] as number;
      log.n++;
    }
    this.#values[slot] = value;
    this.#seqs[slot] = seq;
  }

  /** Empties a slot and forgets its key at once: the key begins anew, in another slot, when it returns. */
  forget(slot: number): void {
    this.set(slot, undefined, -1);
    this.#index.unlink(slot);
    this.#log.forgotten.push(slot);
  }

  /** What the open epoch changed so far. Valid until `commit` or `rollback`. */
  get changes(): UndoLog<V> {
    return this.#log;
  }

  /** Takes back all that the open epoch did. */
  rollback(): void {
    const log = this.#log;
    for (let i = log.n - 1; i >= 0; i--) {
      const slot = log.slots[i] as number;
      this.#values[slot] = log.values[i];
      this.#seqs[slot] = log.seqs[i] as number;
    }
    for (const slot of log.added) this.#free(slot);
    for (const slot of log.forgotten) this.#index.relink(slot);
    log.clear();
  }

  /** Seals the open epoch as version `epoch`. */
  commit(epoch: number): void {
    const log = this.#log;
    for (let i = 0; i < log.n; i++) this.#versions.touch(log.slots[i] as number);
    for (const slot of log.forgotten) this.#index.free(slot);
    for (let i = 0; i < log.n; i++) this.#release(log.slots[i] as number);
    for (const slot of log.added) this.#release(slot);
    this.#sealed.push({ epoch, log });
    const old = this.#sealed.length > KEPT_VERSIONS ? this.#sealed.shift()?.log : undefined;
    old?.clear();
    this.#log = old ?? new UndoLog();
  }

  /** Gives an empty slot back, unless it was already. */
  #release(slot: number): void {
    if (this.#values[slot] === undefined && this.#index.holds(slot)) this.#free(slot);
  }

  #free(slot: number): void {
    this.#index.unlink(slot);
    this.#index.free(slot);
  }

  /** Puts a value into a slot, as it was at the end of an epoch; a later one replaces it. Before the first epoch only; `restored` ends it. */
  restore(slot: number, value: V | undefined, seq: number): void {
    for (let next = this.#values.length; next <= slot; next++) {
      this.#values.push(undefined);
      this.#seqs.push(-1);
    }
    this.#values[slot] = value;
    this.#seqs[slot] = seq;
  }

  /** Makes the keys of the restored values found. @param keyOf the key of a value and its arrival */
  restored(keyOf: (value: V, seq: number) => K): void {
    const values = this.#values;
    if (values.length > this.#places.length) this.#places = new Int32Array(values.length * 2);
    this.#index.restore(values.length, (slot) => {
      const value = values[slot];
      return value === undefined ? undefined : keyOf(value, this.#seqs[slot] as number);
    });
    for (let slot = 0; slot < values.length; slot++) this.#versions.touch(slot);
  }

  /**
   * The state at the end of a sealed epoch, by default the last one.
   * @throws RangeError for an epoch that is not sealed or no longer kept
   */
  version(epoch?: number): Version<V> {
    const past = new Map<number, V | undefined>();
    const undo = (log: UndoLog<V>) => {
      for (let i = 0; i < log.n; i++) past.set(log.slots[i] as number, log.values[i]);
    };
    undo(this.#log);
    const last = this.#sealed.at(-1)?.epoch ?? 0;
    const wanted = epoch ?? last;
    if (wanted > last || wanted < last - this.#sealed.length)
      throw new RangeError(`version ${wanted} is not kept: ${last - this.#sealed.length} to ${last} are`);
    for (let i = this.#sealed.length - 1; i >= 0; i--) {
      const sealed = this.#sealed[i] as { epoch: number; log: UndoLog<V> };
      if (sealed.epoch <= wanted) break;
      undo(sealed.log);
    }
    return this.#versions.fold(this.#values, past);
  }
}
