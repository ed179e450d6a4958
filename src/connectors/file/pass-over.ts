import { crc32 } from 'node:zlib';
import type { ByteInput } from './byte-input.ts';
import { isGzipFault } from './gunzip-input.ts';

/** Bytes read at once. */
const PIECE = 1 << 20;

/** Reads over the next `length` bytes of an input: how many there were, and the checksum (CRC-32) of these. Gzip data end where they are broken. */
export async function passOver(
  input: ByteInput,
  length: number,
): Promise<{ readonly length: number; readonly checksum: number }> {
  const piece = Buffer.allocUnsafe(Math.min(PIECE, length));
  let passed = 0;
  let checksum = 0;
  while (passed < length) {
    const n = await readSome(input, piece, Math.min(PIECE, length - passed));
    if (n === 0) break;
    checksum = crc32(piece.subarray(0, n), checksum);
    passed += n;
  }
  return { length: passed, checksum };
}

async function readSome(input: ByteInput, piece: Buffer, length: number): Promise<number> {
  try {
    return await input.read(piece, 0, length);
  } catch (error) {
    if (isGzipFault(error)) return 0;
    throw error;
  }
}
