/** Decisions taken one after the other from a list of numbers; where it ends, the first choice. So that lists shrink to simple things. */
export class Choices {
  readonly #numbers: readonly number[];
  #next = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  #take(): number {
    return this.#numbers[this.#next++] ?? 0;
  }

  /** One of a list; simple ones come first. */
  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error('nothing to choose from');
    return list[this.#take() % list.length] as T;
  }

  /** True one time in `n`. */
  once(n: number): boolean {
    return this.#take() % n === n - 1;
  }

  /** From 0 to `max`. */
  upTo(max: number): number {
    return this.#take() % (max + 1);
  }

  /** Some of a list, in its order: at least one. */
  some<T>(list: readonly T[]): readonly T[] {
    const bits = this.#take();
    const chosen = list.filter((_, i) => (bits >> i) % 2 === 1);
    return chosen.length > 0 ? chosen : list.slice(0, 1);
  }
}
