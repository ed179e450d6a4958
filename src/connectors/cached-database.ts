import { isPending } from '../maybe-promise.ts';
import type { Commit, Committed, Database } from './database.ts';
import { type LookupCache, lookupCache } from './lookup-cache.ts';
import type { LookupCacheOptions } from './lookup-cache-options.ts';

/**
 * A database some of whose tables are looked up through a cache. What the job writes itself is seen at once; what others write, once the cache lets go of what it has.
 * An answer may be that old: a write-back that rests on one that is outdated is not made, as on any row that another writer changed.
 * @param caches by the catalog's name of the table
 */
export function cachedDatabase(
  database: Database,
  caches: Readonly<Record<string, LookupCacheOptions>>,
): Database {
  const made = new Map<string, LookupCache>();
  const clear = (): void => {
    for (const cache of made.values()) cache.clear();
  };
  /** What a commit wrote is asked for again; all of it, where it is not known what came of it. */
  const settle = ({ changes, clear: cleared = [] }: Commit, { overtaken, lostAfter }: Committed): void => {
    if (overtaken > 0 || lostAfter !== undefined || cleared.length > 0) {
      clear();
      return;
    }
    for (const { table, upserts, deletes, writeBacks } of changes) {
      const cache = made.get(table.name);
      if (cache === undefined) continue;
      for (const row of upserts) cache.forget(row);
      for (const row of deletes) cache.forget(row);
      for (const { row } of writeBacks) cache.forget(row);
    }
  };
  return {
    label: database.label,
    transactional: database.transactional,
    prepare: (uses) => database.prepare(uses),
    claim(claim) {
      clear();
      return database.claim(claim);
    },
    mayClear: (table) => database.mayClear?.(table),
    commit(commit, signal) {
      const done = database.commit(commit, signal);
      if (!isPending(done)) {
        settle(commit, done);
        return done;
      }
      return done.then(
        (committed) => {
          settle(commit, committed);
          return committed;
        },
        (error: unknown) => {
          clear();
          throw error;
        },
      );
    },
    lookup(table, keys, signal) {
      const ask = (some: typeof keys) => database.lookup(table, some, signal);
      const options = Object.hasOwn(caches, table.name) ? caches[table.name] : undefined;
      if (options === undefined) return ask(keys);
      const cache = made.get(table.name) ?? lookupCache(table, options);
      made.set(table.name, cache);
      return cache.find(keys, ask, () => database.rows(table));
    },
    rows: (table, limit) => database.rows(table, limit),
    close: () => database.close(),
  };
}
