// Compressions that kafkajs leaves to others: of itself it reads gzip alone. Loaded at the first batch that needs them.
import kafkajs from 'kafkajs';

/** Magic of the framing that Java producers write around snappy blocks, and the length of its header. */
const FRAMED = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const FRAME_HEADER = 16;

/** Makes kafkajs read snappy, lz4 and zstd, in the whole process. Idempotent. */
export function addCodecs(): void {
  const { CompressionTypes, CompressionCodecs } = kafkajs;
  const add = (type: 2 | 3 | 4, decompress: (bytes: Buffer) => Promise<Buffer>) => {
    CompressionCodecs[type] = () => ({
      decompress,
      compress: () => Promise.reject(new Error('this compression is read, not written')),
    });
  };
  add(CompressionTypes.Snappy, async (bytes) => {
    const { snappyDecompress } = await import('@platformatic/wasm-utils');
    return Buffer.concat(snappyBlocks(bytes).map((block) => Buffer.from(snappyDecompress(block))));
  });
  add(CompressionTypes.LZ4, async (bytes) => {
    const { lz4Decompress } = await import('@platformatic/wasm-utils');
    return Buffer.from(lz4Decompress(bytes));
  });
  add(CompressionTypes.ZSTD, async (bytes) => {
    const { decompress } = await import('fzstd');
    const content = decompress(bytes);
    return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  });
}

/** The blocks of framed snappy; bytes without a frame are one block. */
function snappyBlocks(bytes: Buffer): Buffer[] {
  if (!bytes.subarray(0, FRAMED.length).equals(FRAMED)) return [bytes];
  const blocks: Buffer[] = [];
  for (let at = FRAME_HEADER; at < bytes.length; ) {
    const size = bytes.readInt32BE(at);
    blocks.push(bytes.subarray(at + 4, at + 4 + size));
    at += 4 + size;
  }
  return blocks;
}
