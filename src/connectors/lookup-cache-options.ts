/**
 * What is kept of a table that is looked up. `LRU`: the rows asked for last, that there is none included, each for a time. `ALL`: the whole table, read again
 * after a time.
 */
export interface LookupCacheOptions {
  readonly cache: 'LRU' | 'ALL';
  /** LRU: keys that are kept; default 10 000. */
  readonly cacheSize?: number | undefined;
  /** Milliseconds after which what another writer did is seen; default 60 000. */
  readonly cacheTTLMs?: number | undefined;
}

/** Keys that are kept where nothing is said. */
export const CACHE_SIZE = 10_000;
/** Milliseconds that answers are kept where nothing is said. */
export const CACHE_TTL_MS = 60_000;

/** In a few words, for a person. */
export function cacheWords({ cache, cacheSize, cacheTTLMs }: LookupCacheOptions): string {
  const seconds = `${(cacheTTLMs ?? CACHE_TTL_MS) / 1000} s`;
  return cache === 'ALL'
    ? `the whole table in memory, read again after ${seconds}`
    : `LRU cache of ${cacheSize ?? CACHE_SIZE} keys for ${seconds}`;
}
