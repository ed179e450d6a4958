/** Blocks of parts as one. */
export function pack(blocks: readonly { readonly part: number; readonly block: Buffer }[]): Buffer {
  const pieces: Buffer[] = [];
  for (const { part, block } of blocks) {
    const head = Buffer.allocUnsafe(8);
    head.writeUInt32LE(part, 0);
    head.writeUInt32LE(block.length, 4);
    pieces.push(head, block);
  }
  return Buffer.concat(pieces);
}

/** The blocks of `pack`. */
export function* unpack(bytes: Buffer): Generator<{ readonly part: number; readonly block: Buffer }> {
  for (let at = 0; at < bytes.length; ) {
    const part = bytes.readUInt32LE(at);
    const length = bytes.readUInt32LE(at + 4);
    yield { part, block: bytes.subarray(at + 8, at + 8 + length) };
    at += 8 + length;
  }
}
