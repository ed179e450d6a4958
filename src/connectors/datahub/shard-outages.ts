import { failed } from '../../errors.ts';
import { Outage } from '../topic/outage.ts';

/** What outages of a service are told by. */
export interface ShardOutagesParts {
  /** The source's name in the catalog. */
  readonly source: string;
  /** The service, for lines that a person reads. */
  readonly label: string;
  readonly log: (line: string) => void;
  /** Longest pause between tries, and how long a shard is tried: milliseconds. */
  readonly retryInterval: number;
  readonly retryTimeout: number;
}

/** Calls that do not work, shard by shard: one service is away for all, so that it is told once, and is back when it is for all. */
export class ShardOutages {
  readonly #parts: ShardOutagesParts;
  readonly #outage: Outage;
  /** Since when a shard is tried. */
  readonly #since = new Map<string, number>();

  constructor(parts: ShardOutagesParts) {
    this.#parts = parts;
    this.#outage = new Outage(parts.label, parts.log, parts.retryInterval);
  }

  /**
   * One more try that did not work.
   * @returns how many milliseconds to wait before the next
   * @throws MillraceError (exit 1) where the shard was tried long enough
   */
  lost(shard: string, error: Error): number {
    const { source, label, retryTimeout } = this.#parts;
    const now = performance.now();
    const since = this.#since.get(shard) ?? now;
    this.#since.set(shard, since);
    if (now - since > retryTimeout)
      throw failed(
        `source '${source}': ${label}: ${error.message}; tried for ${retryTimeout / 1000} s (retryTimeout)`,
        error,
      );
    return this.#outage.lost(error);
  }

  /** A try that worked, or that nobody waits for any more. */
  back(shard: string): void {
    if (this.#since.delete(shard) && this.#since.size === 0) this.#outage.back();
  }
}
