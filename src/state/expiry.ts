const NONE = -1;
const NO_SLOTS: readonly number[] = [];

/**
 * Slots in order of their last arrival: which of them have had none for a `ttl`.
 * A linked list in arrays; touching and finding what is due never look at the other slots.
 * Touches of the open epoch count once it is committed.
 */
export class Expiry {
  readonly #ttl: number;
  readonly #next: number[] = [];
  readonly #previous: number[] = [];
  /** Time of the last arrival; undefined while the slot is not in the list. */
  readonly #times: (number | undefined)[] = [];
  #now = Number.NEGATIVE_INFINITY;
  #oldest = NONE;
  #newest = NONE;
  // Arrays are used again: only their first entries count.
  #touches = 0;
  readonly #touched: number[] = [];
  #removals = 0;
  readonly #removed: number[] = [];

  /** @param ttl milliseconds */
  constructor(ttl: number) {
    this.#ttl = ttl;
  }

  /** The clock of the open epoch. */
  get now(): number {
    return this.#now;
  }

  /** Slots that were touched in the open epoch and not removed after. */
  touchedIn(): Set<number> {
    const slots = new Set<number>();
    for (let i = 0; i < this.#touches; i++) slots.add(this.#touched[i] as number);
    return slots;
  }

  /** The time of a slot's last arrival, sealed epochs alone; undefined while it is not watched. */
  time(slot: number): number | undefined {
    return this.#times[slot];
  }

  /** Notes a slot's time, as it was at the end of an epoch; undefined: it is not watched. Before the first epoch only; `restored` ends it. */
  restore(slot: number, time: number | undefined): void {
    // No holes: an array with many of them is slow.
    while (this.#times.length < slot) this.#times.push(undefined);
    this.#times[slot] = time;
  }

  /** Puts the restored slots in order. */
  restored(): void {
    const times = this.#times.slice();
    let n = 0;
    const slots = new Uint32Array(times.length);
    for (let slot = 0; slot < times.length; slot++) if (times[slot] !== undefined) slots[n++] = slot;
    this.#times.fill(undefined);
    slots.subarray(0, n).sort((a, b) => (times[a] as number) - (times[b] as number) || a - b);
    for (let i = 0; i < n; i++) this.#append(slots[i] as number, times[slots[i] as number] as number);
  }

  /** A row arrived for the slot in the open epoch. */
  touch(slot: number): void {
    this.#touched[this.#touches++] = slot;
  }

  /** The slot needs no watching any more. */
  remove(slot: number): void {
    this.#removed[this.#removals++] = slot;
  }

  /** Begins an epoch at its clock. Slots without an arrival since `now - ttl`, the oldest first. They stay until they are removed or touched. */
  due(now: number): readonly number[] {
    this.#now = now;
    if (this.#oldest === NONE || (this.#times[this.#oldest] as number) + this.#ttl > now) return NO_SLOTS;
    const slots: number[] = [];
    for (let slot = this.#oldest; slot !== NONE; slot = this.#next[slot] as number) {
      if ((this.#times[slot] as number) + this.#ttl > now) break;
      slots.push(slot);
    }
    return slots;
  }

  /** Forgets the touches and removals of the open epoch. */
  rollback(): void {
    this.#touches = 0;
    this.#removals = 0;
  }

  /** Makes the touches and removals of the epoch count. `now`: its clock. */
  commit(now: number): void {
    for (let i = 0; i < this.#removals; i++) this.#unlink(this.#removed[i] as number);
    for (let i = 0; i < this.#touches; i++) {
      const slot = this.#touched[i] as number;
      this.#unlink(slot);
      this.#append(slot, now);
    }
    this.rollback();
  }

  #append(slot: number, time: number): void {
    this.#times[slot] = time;
    this.#previous[slot] = this.#newest;
    this.#next[slot] = NONE;
    if (this.#newest === NONE) this.#oldest = slot;
    else this.#next[this.#newest] = slot;
    this.#newest = slot;
  }

  #unlink(slot: number): void {
    if (this.#times[slot] === undefined) return;
    const next = this.#next[slot] as number;
    const previous = this.#previous[slot] as number;
    if (previous === NONE) this.#oldest = next;
    else this.#next[previous] = next;
    if (next === NONE) this.#newest = previous;
    else this.#previous[next] = previous;
    this.#times[slot] = undefined;
  }
}
