import type { Ttl } from '../node.ts';

/** A `ttl` is a positive whole number of milliseconds. */
export function ttlFaults(call: string, ttl: Ttl): readonly string[] {
  if (ttl === null || (Number.isSafeInteger(ttl) && ttl > 0)) return [];
  return [`${call}: a ttl is a time above 0, such as days(2), not ${ttl} ms`];
}
