import { randomInt } from 'node:crypto';
import type { Value } from '../sql-type.ts';

/** Differs from process to process: nobody outside can choose keys that collide. No result depends on it. */
const SEED = randomInt(2 ** 31);

/** Spreads the bits of a 32-bit number (the finalizer of MurmurHash3, by Austin Appleby, public domain). */
function mix(bits: number): number {
  let h = bits;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function hashText(text: string): number {
  const end = text.length - 1;
  let h = SEED ^ end;
  let i = 0;
  for (; i < end; i += 2)
    h = Math.imul(h ^ (text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16)), 0x9e3779b1) ^ (h >>> 15);
  return mix(i === end ? Math.imul(h ^ text.charCodeAt(i), 0x9e3779b1) : h);
}

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

function hashNumber(value: number): number {
  const integer = value | 0;
  // So are 0 and −0, which are one key.
  if (integer === value) return mix(SEED ^ integer);
  double[0] = value;
  return mix(SEED ^ (words[0] as number) ^ Math.imul(words[1] as number, 0x01000193));
}

function hashBigint(value: bigint): number {
  const low = Number(BigInt.asIntN(32, value));
  const high = Number(BigInt.asIntN(32, value >> 32n));
  return mix(SEED ^ low ^ Math.imul(high, 0x01000193));
}

/** A 32-bit hash of a value: equal for values that are equal (`===`), for no two types made to differ. */
export function hashValue(value: Value): number {
  if (typeof value === 'string') return hashText(value);
  if (typeof value === 'number') return hashNumber(value);
  if (typeof value === 'bigint') return hashBigint(value);
  return mix(SEED + (value === null ? 1 : value ? 2 : 3));
}
