import { crc32 } from 'node:zlib';

/** The checksum (CRC-32) of an input from its beginning to a place in one of its buffers. Bytes are summed when they are asked for, and once where places ascend. */
export class BufferSum {
  readonly #bytes: Buffer;
  readonly #before: number;
  #at = 0;
  #sum: number;

  /** `before`: the checksum of all bytes before the buffer's first. */
  constructor(bytes: Buffer, before: number) {
    this.#bytes = bytes;
    this.#before = before;
    this.#sum = before;
  }

  /** The checksum of all bytes before the buffer's `place`. */
  upTo(place: number): number {
    // Of no bytes zlib answers as it likes.
    if (place === 0) return this.#before;
    if (place < this.#at) return crc32(this.#bytes.subarray(0, place), this.#before);
    if (place > this.#at) {
      this.#sum = crc32(this.#bytes.subarray(this.#at, place), this.#sum);
      this.#at = place;
    }
    return this.#sum;
  }
}
