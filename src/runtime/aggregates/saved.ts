import { trim } from '../../values/trim.ts';

/** Values of slots as they were before an epoch changed them. */
export class Saved<T> {
  #n = 0;
  readonly #slots: number[] = [];
  readonly #values: T[] = [];

  push(slot: number, value: T): void {
    this.#slots[this.#n] = slot;
    this.#values[this.#n] = value;
    this.#n++;
  }

  /** Gives all of them back, the last saved first, and forgets them. */
  restore(put: (slot: number, value: T) => void): void {
    for (let i = this.#n - 1; i >= 0; i--) put(this.#slots[i] as number, this.#values[i] as T);
    this.clear();
  }

  clear(): void {
    trim(this.#values, this.#n);
    this.#n = 0;
  }
}
