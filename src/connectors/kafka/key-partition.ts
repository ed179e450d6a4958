const SEED = 0x9747b28c;
const M = 0x5bd1e995;

/** The partition of a key among so many: that of Kafka's own clients, murmur2. */
export const keyPartition = (key: Uint8Array, partitions: number): number =>
  (murmur2(key) & 0x7fff_ffff) % partitions;

function murmur2(data: Uint8Array): number {
  const whole = data.length & ~3;
  let h = SEED ^ data.length;
  for (let i = 0; i < whole; i += 4) {
    const four = at(data, i) | (at(data, i + 1) << 8) | (at(data, i + 2) << 16) | (at(data, i + 3) << 24);
    const k = Math.imul(four, M);
    h = Math.imul(h, M) ^ Math.imul(k ^ (k >>> 24), M);
  }
  const rest = data.length - whole;
  if (rest === 3) h ^= at(data, whole + 2) << 16;
  if (rest >= 2) h ^= at(data, whole + 1) << 8;
  if (rest >= 1) h = Math.imul(h ^ at(data, whole), M);
  h = Math.imul(h ^ (h >>> 13), M);
  return h ^ (h >>> 15);
}

const at = (data: Uint8Array, i: number): number => data[i] as number;
