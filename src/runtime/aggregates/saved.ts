/** Values of slots as they were before an epoch changed them. */
export class Saved<T> {
  readonly #slots: number[] = [];
  readonly #values: T[] = [];

  push(slot: number, value: T): void {
    this.#slots.push(slot);
    this.#values.push(value);
  }

  /** Gives all of them back, the last saved first, and forgets them. */
  restore(put: (slot: number, value: T) => void): void {
    for (let i = this.#slots.length - 1; i >= 0; i--) put(this.#slots[i] as number, this.#values[i] as T);
    this.clear();
  }

  clear(): void {
    this.#slots.length = 0;
    this.#values.length = 0;
  }
}
