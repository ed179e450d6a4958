const EMPTY = -1;

/**
 * Slots by hash: open addressing with linear probing and deletion by shifting back (Knuth, TAOCP 3, 6.4, algorithms L
 * and R), at most half full. What a hash stands for is the caller's: slots of equal hash are told one after the other.
 * Deleting needs the slot alone, never its key.
 */
export class SlotTable {
  /** Pairs of a hash and its slot: what is looked at together lies together in memory. */
  #cells = new Int32Array(32).fill(EMPTY);
  /** Of positions: their number is a power of two. */
  #mask = 15;
  #hashes = new Int32Array(16);
  #size = 0;

  /** Slots in the table. */
  get size(): number {
    return this.#size;
  }

  /** The position of the first slot with this hash; negative: there is none. */
  first(hash: number): number {
    return this.#seek(hash, hash & this.#mask);
  }

  /** The position of the next slot with this hash. */
  next(hash: number, position: number): number {
    return this.#seek(hash, (position + 1) & this.#mask);
  }

  #seek(hash: number, from: number): number {
    const cells = this.#cells;
    const mask = this.#mask;
    let at = from;
    while (cells[2 * at + 1] !== EMPTY) {
      if (cells[2 * at] === hash) return at;
      at = (at + 1) & mask;
    }
    return EMPTY;
  }

  /** The slot at a position. */
  at(position: number): number {
    return this.#cells[2 * position + 1] as number;
  }

  /** Puts in a slot that is not in. */
  insert(hash: number, slot: number): void {
    if (slot >= this.#hashes.length) {
      const wider = new Int32Array(Math.max(slot + 1, this.#hashes.length * 2));
      wider.set(this.#hashes);
      this.#hashes = wider;
    }
    this.#hashes[slot] = hash;
    if (++this.#size * 2 > this.#mask) this.#grow();
    this.#put(hash, slot);
  }

  /** Puts back a slot that was deleted, under the hash that it had. */
  restore(slot: number): void {
    this.insert(this.#hashes[slot] as number, slot);
  }

  /** Takes out a slot. @throws Error where it is not in */
  delete(slot: number): void {
    const cells = this.#cells;
    const mask = this.#mask;
    let hole = (this.#hashes[slot] as number) & mask;
    while (cells[2 * hole + 1] !== slot) {
      if (cells[2 * hole + 1] === EMPTY) throw new Error(`slot ${slot} is not in the table`);
      hole = (hole + 1) & mask;
    }
    for (let at = (hole + 1) & mask; cells[2 * at + 1] !== EMPTY; at = (at + 1) & mask) {
      const home = (cells[2 * at] as number) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      cells[2 * hole] = cells[2 * at] as number;
      cells[2 * hole + 1] = cells[2 * at + 1] as number;
      hole = at;
    }
    cells[2 * hole + 1] = EMPTY;
    this.#size--;
  }

  /** Takes out all. A table far too large for what was in it is made small. */
  clear(): void {
    if (this.#mask > 15 && this.#size * 16 < this.#mask) {
      this.#cells = new Int32Array(32);
      this.#mask = 15;
    }
    this.#cells.fill(EMPTY);
    this.#size = 0;
  }

  #put(hash: number, slot: number): void {
    const cells = this.#cells;
    const mask = this.#mask;
    let at = hash & mask;
    while (cells[2 * at + 1] !== EMPTY) at = (at + 1) & mask;
    cells[2 * at] = hash;
    cells[2 * at + 1] = slot;
  }

  #grow(): void {
    const old = this.#cells;
    this.#cells = new Int32Array(old.length * 2).fill(EMPTY);
    this.#mask = this.#cells.length / 2 - 1;
    for (let at = 0; at < old.length; at += 2)
      if (old[at + 1] !== EMPTY) this.#put(old[at] as number, old[at + 1] as number);
  }
}
