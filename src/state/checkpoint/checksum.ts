import { crc32 } from 'node:zlib';

/** The checksum (CRC-32) of bytes that follow others of checksum `before`. Of no bytes at all zlib answers 0 where they have no address, and `before` where they have one. */
export const checksum = (bytes: Buffer, before = 0): number =>
  bytes.length === 0 ? before : crc32(bytes, before);

/** Bytes with their checksum before them. `place`: what they belong to; bytes of another place do not match. */
export function withChecksum(bytes: Buffer, place: number): Buffer {
  const stored = Buffer.allocUnsafe(bytes.length + 4);
  stored.writeUInt32LE(checksum(bytes, place % 2 ** 32), 0);
  bytes.copy(stored, 4);
  return stored;
}

/** The bytes of `withChecksum`; undefined where they do not match. */
export function withoutChecksum(stored: Buffer, place: number): Buffer | undefined {
  const bytes = stored.subarray(4);
  if (stored.length < 4 || checksum(bytes, place % 2 ** 32) !== stored.readUInt32LE(0)) return undefined;
  return bytes;
}
