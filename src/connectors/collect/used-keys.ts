import type { UsedKey } from './journal-frame.ts';

/** The idempotency keys of the last accepted requests; of more than `most` the oldest are forgotten. */
export class UsedKeys {
  readonly #most: number;
  readonly #keys = new Map<string, UsedKey>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): UsedKey | undefined {
    return this.#keys.get(key);
  }

  add(keys: readonly UsedKey[]): void {
    for (const used of keys) {
      // A key that is told twice, by two journals, keeps its later place.
      this.#keys.delete(used[0]);
      this.#keys.set(used[0], used);
    }
    for (const key of this.#keys.keys()) {
      if (this.#keys.size <= this.#most) return;
      this.#keys.delete(key);
    }
  }

  /** All of them, the oldest first. */
  all(): UsedKey[] {
    return [...this.#keys.values()];
  }
}
