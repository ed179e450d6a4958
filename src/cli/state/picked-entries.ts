import { Block, decodeBlock, type KeptColumn } from '../../state/checkpoint/block.ts';
import type { KeptPart } from '../../state/checkpoint/checkpoint-log.ts';
import type { Value } from '../../values/sql-type.ts';
import { columnIndex } from './kept-columns.ts';
import { type Several, severalIn } from './part-fold.ts';

/** An entry: where it stands, and its values in order of the part's columns. */
export interface Entry {
  readonly place: number;
  readonly values: readonly Value[];
}

/**
 * Some entries of a part, picked out of its blocks in the order in which they are to be taken in. All values are read only of blocks
 * that hold one of them.
 */
export class PickedEntries {
  readonly part: KeptPart;
  readonly #several: Several | undefined;
  readonly #by: readonly KeptColumn[];
  readonly #order: readonly number[];
  readonly #picks: (place: number, values: readonly Value[]) => boolean;
  /** By what tells them apart: the place, or a value. */
  readonly #entries = new Map<Value, Entry>();

  /**
   * @param by the columns, of the part's, that tell whether an entry is picked
   * @param picks given the values of these columns, in their order
   */
  constructor(
    part: KeptPart,
    by: readonly KeptColumn[],
    picks: (place: number, values: readonly Value[]) => boolean,
  ) {
    this.part = part;
    this.#several = severalIn(part.name);
    this.#by = by;
    this.#order = by.map((column) => part.columns.indexOf(column));
    this.#picks = picks;
  }

  /** Takes a block in. */
  add(bytes: Buffer): void {
    const { columns } = this.part;
    const block = decodeBlock(bytes, columns, { wants: (column) => this.#by.includes(column) });
    let whole: Block | undefined;
    let at = 0;
    for (let i = 0; i < block.n; i++) {
      const place = block.places[i] as number;
      if (block.flags[i] === 0) {
        this.#gone(place);
        continue;
      }
      const told = this.#order.map((column) => block.values[column]?.[at] as Value);
      if (this.#picks(place, told)) {
        whole ??= decodeBlock(bytes, columns);
        this.#put(place, valuesAt(whole, at));
      } else if (this.#several === undefined) this.#entries.delete(place);
      at++;
    }
  }

  #put(place: number, values: readonly Value[]): void {
    if (this.#several === undefined) {
      this.#entries.set(place, { place, values });
      return;
    }
    const { key, mark, gone } = this.#several;
    const of = (name: string) => values[columnIndex(this.part.columns, name)] as Value;
    if (of(mark) === gone) this.#entries.delete(of(key));
    else this.#entries.set(of(key), { place, values });
  }

  #gone(place: number): void {
    if (this.#entries.size === 0) return;
    for (const [key, entry] of this.#entries) if (entry.place === place) this.#entries.delete(key);
  }

  get entries(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  /** The entries as a block of the part. */
  block(): Block {
    const block = new Block(this.part.columns);
    for (const { place, values } of this.entries) {
      const at = block.add(place);
      for (const [i, value] of values.entries()) (block.values[i] as Value[])[at] = value;
    }
    return block;
  }
}

const valuesAt = (block: Block, at: number): readonly Value[] =>
  block.values.map((values) => values[at] as Value);
