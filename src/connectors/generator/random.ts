/** Numbers that are the same for the same seed. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** An integer in [0, n). */
  below(n: number): number;
  /** True so often. */
  chance(probability: number): boolean;
  one<T>(of: readonly T[]): T;
}

/** A number in [0, 1) that looks random, the same for the same integer (mulberry32). */
export function scatter(integer: number): number {
  let t = Math.imul(integer ^ (integer >>> 15), 1 | integer);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 0x100000000;
}

/** `seed`: any integer. */
export function random(seed: number): Random {
  let state = seed | 0;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    return scatter(state);
  }
  const below = (n: number): number => Math.floor(next() * n);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    one: <T>(of: readonly T[]): T => of[below(of.length)] as T,
  };
}
