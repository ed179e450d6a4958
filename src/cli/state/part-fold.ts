import { decodeBlock, type KeptColumn } from '../../state/checkpoint/block.ts';
import type { Value } from '../../values/sql-type.ts';
import { columnIndex } from './kept-columns.ts';

/** What tells the entries of one place apart, and what marks one as taken back. */
export interface Several {
  readonly key: string;
  readonly mark: string;
  readonly gone: Value;
}

/** Parts that keep several entries at a place, by name without the number of the aggregate. */
const SEVERAL: Readonly<Record<string, Several>> = {
  entries: { key: ' arrival', mark: ' state', gone: 2 },
  values: { key: 'value', mark: 'count', gone: 0 },
};

/** How the entries of a part stand at one place; undefined: one at each. */
export const severalIn = (part: string): Several | undefined => SEVERAL[part.split(' ')[0] as string];

/** Counts the entries of a part over its blocks, in the order in which they are to be taken in. Values are not read. */
export class PartFold {
  bytes = 0;
  readonly #columns: readonly KeptColumn[];
  readonly #several: Several | undefined;
  /** By place: 1 where an entry is. Several: the places that were ever there. */
  #there = new Uint8Array(1024);
  #end = 0;
  readonly #entries = new Map<number, Set<Value>>();

  constructor(name: string, columns: readonly KeptColumn[]) {
    this.#columns = columns;
    this.#several = severalIn(name);
  }

  /** Takes a block in. */
  add(bytes: Buffer): void {
    this.bytes += bytes.length;
    const several = this.#several;
    const block = decodeBlock(bytes, this.#columns, {
      wants: ({ name }) => name === several?.key || name === several?.mark,
    });
    const keys = this.#valuesOf(block.values, several?.key);
    const marks = this.#valuesOf(block.values, several?.mark);
    let at = 0;
    for (let i = 0; i < block.n; i++) {
      const place = block.places[i] as number;
      const there = block.flags[i] as number;
      if (several === undefined) this.#put(place, there);
      else if (there === 0) this.#entries.delete(place);
      else this.#putOne(place, keys[at] as Value, marks[at] !== several.gone);
      at += there;
    }
  }

  #valuesOf(values: readonly Value[][], name: string | undefined): readonly Value[] {
    return values[columnIndex(this.#columns, name)] ?? [];
  }

  #put(place: number, there: number): void {
    if (place >= this.#there.length) {
      const wider = new Uint8Array(Math.max(place + 1, this.#there.length * 2));
      wider.set(this.#there);
      this.#there = wider;
    }
    this.#there[place] = there;
    if (place >= this.#end) this.#end = place + 1;
  }

  #putOne(place: number, key: Value, there: boolean): void {
    const entries = this.#entries.get(place) ?? new Set();
    if (there) this.#entries.set(place, entries.add(key));
    else if (entries.delete(key) && entries.size === 0) this.#entries.delete(place);
  }

  /** Is there an entry at a place? */
  has(place: number): boolean {
    return this.#several === undefined ? this.#there[place] === 1 : this.#entries.has(place);
  }

  /**
   * Entries that are there.
   * @param of the part of whose places these tell more: what is left at places that it has no more does not count
   */
  count(of: PartFold = this): number {
    let n = 0;
    if (this.#several !== undefined) {
      for (const [place, entries] of this.#entries) if (of.has(place)) n += entries.size;
      return n;
    }
    for (let place = 0; place < this.#end; place++) n += this.#there[place] as number;
    return n;
  }
}
