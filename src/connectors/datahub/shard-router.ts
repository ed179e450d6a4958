import type { Shard } from './datahub-port.ts';

/**
 * The shard of each hash (32 hexadecimal digits in upper case): the one whose hash keys it is among, so that a key goes on in a shard that follows its
 * former one; where shards have none, one by number. Undefined: no shard takes records at the moment.
 */
export function shardRouter(shards: readonly Shard[]): ((hash: string) => string) | undefined {
  const active = shards.filter(({ state }) => state === 'ACTIVE');
  if (active.length === 0) return undefined;
  return (hash) => {
    // The last one's end is the greatest hash, which is its own.
    const found = active.find(
      ({ keys }) => keys && keys.begin <= hash && (hash < keys.end || /^F+$/.test(keys.end)),
    );
    const byNumber = Number.parseInt(hash.slice(0, 8), 16) % active.length;
    return (found ?? (active[byNumber] as Shard)).id;
  };
}
