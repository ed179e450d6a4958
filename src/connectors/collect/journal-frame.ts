import { crc32 } from 'node:zlib';

/** An idempotency key that was used: its request's body, as a hash, and the number of events that were taken. */
export type UsedKey = readonly [key: string, hash: string, events: number];

/** What a frame of the journal says of its lines. */
export interface FrameHead {
  readonly events: number;
  /** When they were taken, epoch milliseconds. */
  readonly at: number;
  /** Keys that were used: of the request, or, in the first frame, of the journals before. */
  readonly keys?: readonly UsedKey[];
}

/** A frame: the lines of one request. */
export interface Frame {
  readonly head: FrameHead;
  readonly lines: Buffer;
}

/** Bytes before a frame's head: checksum of all that follows, length of the head, length of the lines. */
export const PREFIX = 12;

/** The bytes of a frame. */
export function frameBytes({ head, lines }: Frame): Buffer {
  const text = Buffer.from(JSON.stringify(head));
  const bytes = Buffer.allocUnsafe(PREFIX + text.length + lines.length);
  bytes.writeUInt32LE(text.length, 4);
  bytes.writeUInt32LE(lines.length, 8);
  text.copy(bytes, PREFIX);
  lines.copy(bytes, PREFIX + text.length);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
}

/** The length of the frame that begins with these bytes. */
export const frameLength = (prefix: Buffer): number =>
  PREFIX + prefix.readUInt32LE(4) + prefix.readUInt32LE(8);

/** The frame in these bytes; undefined where they are not what was written. */
export function frameOf(bytes: Buffer): Frame | undefined {
  // Nothing but zeros, which a power cut may leave, has a length of zero, too.
  const head = bytes.readUInt32LE(4);
  if (head === 0 || crc32(bytes.subarray(4)) !== bytes.readUInt32LE(0)) return undefined;
  const lines = PREFIX + head;
  return {
    head: JSON.parse(bytes.toString('utf8', PREFIX, lines)) as FrameHead,
    lines: bytes.subarray(lines),
  };
}
