import { randomInt } from 'node:crypto';
import type { Value } from '../sql-type.ts';

/** Secrets of the process: nobody outside knows which keys collide. No result depends on them. */
const SEED = randomInt(2 ** 31);
const FACTOR = randomInt(2 ** 31) | 1;

/** Spreads the bits of a 32-bit number (the finalizer of MurmurHash3, by Austin Appleby, public domain). */
function mix(bits: number): number {
  let h = bits;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Two units a step. The turn before the multiplication takes a difference in the highest bit to where the factor spreads it. */
function hashText(text: string): number {
  const end = text.length - 1;
  let h = SEED ^ end;
  let i = 0;
  for (; i < end; i += 2) {
    h ^= text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16);
    h = Math.imul((h << 15) | (h >>> 17), FACTOR);
  }
  if (i === end) h = Math.imul(h ^ text.charCodeAt(i), FACTOR);
  return mix(h);
}

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

const hashWords = (low: number, high: number): number => mix(mix(SEED ^ high) ^ low);

function hashNumber(value: number): number {
  const integer = value | 0;
  // So are 0 and −0, which are one key.
  if (integer === value) return mix(SEED ^ integer);
  double[0] = value;
  return hashWords(words[0] as number, words[1] as number);
}

const hashBigint = (value: bigint): number =>
  hashWords(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));

/** A 32-bit hash of a value: equal for values that are equal (`===`). Values of different types may share one. */
export function hashValue(value: Value): number {
  if (typeof value === 'string') return hashText(value);
  if (typeof value === 'number') return hashNumber(value);
  if (typeof value === 'bigint') return hashBigint(value);
  return mix(SEED + (value === null ? 1 : value ? 2 : 3));
}
