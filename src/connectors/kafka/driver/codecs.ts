// Compressions that kafkajs leaves to others: of itself it reads gzip alone. Loaded at the first batch that needs them.
import kafkajs from 'kafkajs';

/** Magic of the framing that Java producers write around snappy blocks, and the length of its header. */
const FRAMED = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const FRAME_HEADER = 16;

type Unpack = (bytes: Buffer) => Promise<Buffer>;

/** Makes kafkajs read snappy, lz4 and zstd, and write the first two, in the whole process. Idempotent. */
export function addCodecs(): void {
  const { CompressionTypes, CompressionCodecs } = kafkajs;
  const add = (type: 2 | 3 | 4, decompress: Unpack, compress: Unpack = unwritten) => {
    CompressionCodecs[type] = () => ({
      decompress,
      compress: ({ buffer }: { readonly buffer: Buffer }) => compress(buffer),
    });
  };
  add(
    CompressionTypes.Snappy,
    async (bytes) => {
      const { snappyDecompress } = await import('@platformatic/wasm-utils');
      return Buffer.concat(snappyBlocks(bytes).map((block) => Buffer.from(snappyDecompress(block))));
    },
    async (bytes) => {
      const { snappyCompress } = await import('@platformatic/wasm-utils');
      return Buffer.from(snappyCompress(bytes));
    },
  );
  add(
    CompressionTypes.LZ4,
    async (bytes) => {
      const { lz4Decompress } = await import('@platformatic/wasm-utils');
      return Buffer.from(lz4Decompress(bytes));
    },
    async (bytes) => {
      const { lz4Compress } = await import('@platformatic/wasm-utils');
      return Buffer.from(lz4Compress(bytes));
    },
  );
  add(CompressionTypes.ZSTD, async (bytes) => {
    const { decompress } = await import('fzstd');
    const content = decompress(bytes);
    return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  });
}

const unwritten: Unpack = () => Promise.reject(new Error('this compression is read, not written'));

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
