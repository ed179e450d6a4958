import type { Shard } from './datahub-port.ts';

/**
 * The order in which shards are read: one that was made from others follows them, so that what belongs to a key stays in order. Shards that are no
 * longer listed have expired, and hold nobody up.
 */
export class ShardFamily {
  readonly #listed = new Map<string, Shard>();
  readonly #started = new Set<string>();
  readonly #drained = new Set<string>();

  /** Takes a list of the service's. @returns ids that the list before did not have */
  list(shards: readonly Shard[]): readonly string[] {
    const added = shards.filter(({ id }) => !this.#listed.has(id));
    this.#listed.clear();
    for (const shard of shards) this.#listed.set(shard.id, shard);
    return added.map(({ id }) => id);
  }

  /** Is it in the latest list? */
  has(id: string): boolean {
    return this.#listed.has(id);
  }

  /** Does it take no more records? */
  isClosed(id: string): boolean {
    return this.#listed.get(id)?.state === 'CLOSED';
  }

  /** All that it held was read. */
  drain(id: string): void {
    this.#drained.add(id);
  }

  /** Was one of its descendants named among these? Then it was read to its end. */
  isBehind(id: string, named: ReadonlySet<string>): boolean {
    return [...this.#listed.values()].some(
      (shard) => shard.parents.includes(id) && (named.has(shard.id) || this.isBehind(shard.id, named)),
    );
  }

  /** Shards that can be read now and were not handed out before. */
  ready(): readonly string[] {
    const ids = [...this.#listed.values()]
      .filter(
        ({ id, parents }) =>
          !this.#started.has(id) && !this.#drained.has(id) && parents.every((parent) => this.#isPast(parent)),
      )
      .map(({ id }) => id);
    for (const id of ids) this.#started.add(id);
    return ids;
  }

  #isPast(id: string): boolean {
    return this.#drained.has(id) || (!this.#listed.has(id) && !this.#started.has(id));
  }
}
