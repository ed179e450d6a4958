import { LRUCache } from 'lru-cache';
import { isPending } from '../maybe-promise.ts';
import type { TableSchema } from '../plan/schema.ts';
import type { Row, Value } from '../values/sql-type.ts';
import type { Database } from './database.ts';
import { CACHE_SIZE, CACHE_TTL_MS, type LookupCacheOptions } from './lookup-cache-options.ts';

/** The answers of look-ups in one table, as long as they hold. */
export interface LookupCache {
  /** The rows of the keys; those that are not kept are asked for. */
  find(
    keys: readonly Row[],
    ask: (keys: readonly Row[]) => MaybeRows,
    all: () => Promise<readonly Row[]>,
  ): MaybeRows;
  /** The row of a key may be another one. */
  forget(row: Row): void;
  clear(): void;
}

type Rows = readonly (Row | null)[];
type MaybeRows = ReturnType<Database['lookup']>;

/** Makes the cache of a table. */
export function lookupCache(
  table: TableSchema,
  { cache, cacheSize, cacheTTLMs }: LookupCacheOptions,
): LookupCache {
  const ttl = cacheTTLMs ?? CACHE_TTL_MS;
  const keyOf = keyText(table);
  return cache === 'ALL' ? allRows(keyOf, ttl) : latestRows(keyOf, cacheSize ?? CACHE_SIZE, ttl);
}

/** What tells a key from others. The columns have one type each, so that texts of values do. */
function keyText({ primaryKey }: TableSchema): (row: Row) => string {
  return (row) => JSON.stringify(primaryKey.map((name) => text(row[name] as Value)));
}

const text = (value: Value): string => (Object.is(value, -0) ? '0' : String(value));

/** LRU values are never undefined or null. */
interface Kept {
  readonly row: Row | null;
}

/** Answers what is kept; asks for the rest, and notes it. */
function answer(
  keys: readonly Row[],
  texts: readonly string[],
  kept: (text: string) => Kept | undefined,
  ask: (keys: readonly Row[]) => MaybeRows,
  note: (text: string, row: Row | null) => void,
): MaybeRows {
  const found = texts.map(kept);
  const missing = keys.flatMap((key, i) => (found[i] === undefined ? [{ key, i }] : []));
  const take = (rows: Rows): Rows => {
    for (const [at, { i }] of missing.entries()) {
      const row = rows[at] ?? null;
      found[i] = { row };
      note(texts[i] as string, row);
    }
    return found.map((one) => (one as Kept).row);
  };
  if (missing.length === 0) return take([]);
  const asked = ask(missing.map(({ key }) => key));
  return isPending(asked) ? asked.then(take) : take(asked);
}

function latestRows(keyOf: (row: Row) => string, max: number, ttl: number): LookupCache {
  const kept = new LRUCache<string, Kept>({ max, ttl });
  return {
    find: (keys, ask) =>
      answer(
        keys,
        keys.map(keyOf),
        (text) => kept.get(text),
        ask,
        (text, row) => void kept.set(text, { row }),
      ),
    forget: (row) => void kept.delete(keyOf(row)),
    clear: () => kept.clear(),
  };
}

const NO_ROW: Kept = { row: null };

function allRows(keyOf: (row: Row) => string, ttl: number): LookupCache {
  let kept: Map<string, Kept> | undefined;
  /** Keys whose rows are asked for one by one, until the table is read again. */
  const outdated = new Set<string>();
  let readAt = 0;
  return {
    async find(keys, ask, all) {
      if (kept === undefined || performance.now() - readAt >= ttl) {
        readAt = performance.now();
        outdated.clear();
        kept = new Map((await all()).map((row) => [keyOf(row), { row }]));
      }
      const table = kept;
      return answer(
        keys,
        keys.map(keyOf),
        (text) => (outdated.has(text) ? undefined : (table.get(text) ?? NO_ROW)),
        ask,
        (text, row) => {
          outdated.delete(text);
          table.set(text, { row });
        },
      );
    },
    forget: (row) => void outdated.add(keyOf(row)),
    clear() {
      kept = undefined;
    },
  };
}
