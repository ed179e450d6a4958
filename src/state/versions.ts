import { List } from 'immutable';

type Page<V> = readonly (V | undefined)[];

/** One sealed version of keyed state: nothing changes it any more. */
export interface Version<V> {
  /** The value in a slot; undefined where there is none. */
  at(slot: number): V | undefined;
  /** All values, by slot. */
  values(): IterableIterator<V>;
}

/** Slots of a page. 128 was the safest single width measured (epochs of 1 to 10 000 rows, 50 k to 1 M keys). */
const PAGE = 128;

/**
 * Sealed versions of an array of slots: an `Immutable.List` of pages, each a slice of the head. Versions share the pages
 * that did not change between them. Pages are folded on demand: an epoch only remembers which of them it touched.
 */
export class Versions<V> {
  #pages: List<Page<V>> = List();
  readonly #dirty: number[] = [];
  #isDirty = new Uint8Array(64);

  /** Notes that a slot of the head changed. */
  touch(slot: number): void {
    const page = (slot / PAGE) | 0;
    if (page >= this.#isDirty.length) {
      const wider = new Uint8Array(Math.max(page + 1, this.#isDirty.length * 2));
      wider.set(this.#isDirty);
      this.#isDirty = wider;
    }
    if (this.#isDirty[page] === 1) return;
    this.#isDirty[page] = 1;
    this.#dirty.push(page);
  }

  /**
   * The version of the head in which `past` holds for the slots it names (the values before later, unsealed changes).
   * Pages that hold such slots stay dirty: their later changes may yet be taken back.
   */
  fold(head: readonly (V | undefined)[], past: ReadonlyMap<number, V | undefined>): Version<V> {
    const folded = this.#pages.withMutations((pages) => {
      const count = Math.ceil(head.length / PAGE);
      if (pages.size < count) pages.setSize(count);
      for (const page of this.#dirty) pages.set(page, head.slice(page * PAGE, (page + 1) * PAGE));
    });
    for (const page of this.#dirty) this.#isDirty[page] = 0;
    this.#dirty.length = 0;
    this.#pages = folded;
    for (const slot of past.keys()) this.touch(slot);
    return new PagedVersion(past.size === 0 ? folded : patched(folded, past));
  }
}

function patched<V>(pages: List<Page<V>>, past: ReadonlyMap<number, V | undefined>): List<Page<V>> {
  const changed = new Map<number, (V | undefined)[]>();
  for (const [slot, value] of past) {
    const at = (slot / PAGE) | 0;
    let page = changed.get(at);
    if (page === undefined) {
      page = [...(pages.get(at) ?? [])];
      changed.set(at, page);
    }
    page[slot % PAGE] = value;
  }
  return pages.withMutations((next) => {
    for (const [at, page] of changed) next.set(at, page);
  });
}

class PagedVersion<V> implements Version<V> {
  readonly #pages: List<Page<V>>;
  constructor(pages: List<Page<V>>) {
    this.#pages = pages;
  }
  at(slot: number): V | undefined {
    return this.#pages.get((slot / PAGE) | 0)?.[slot % PAGE];
  }
  *values(): IterableIterator<V> {
    for (const page of this.#pages) for (const value of page ?? []) if (value !== undefined) yield value;
  }
}
