// The records of a partition in a fetch response. kafkajs decodes a batch; which batches count is decided here.
import Decoder from 'kafkajs/src/protocol/decoder.js';
import decodeMessages from 'kafkajs/src/protocol/messageSet/decoder.js';
import decodeBatch from 'kafkajs/src/protocol/recordBatch/v0/decoder.js';
import type { KafkaRecord } from '../kafka-port.ts';

/** A transaction that was aborted: records of the producer from this offset up to its marker do not count. */
export interface Aborted {
  readonly producer: bigint;
  readonly first: bigint;
}

/** Bytes before a batch's length is known, and before its records begin. */
const PREFIX = 12;
const HEADER = 61;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

/** A record as kafkajs decodes it. */
interface Decoded {
  readonly offset: string;
  readonly timestamp?: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/**
 * The records at and behind `offset`, and the offset to go on at. A batch that is cut off at the end of the bytes is left for the next
 * fetch. Throws what kafkajs throws, for a compression that it does not know too.
 */
export async function readRecords(
  bytes: Buffer,
  partition: number,
  offset: number,
  aborted: readonly Aborted[],
): Promise<{ readonly records: readonly KafkaRecord[]; readonly next: number }> {
  const records: KafkaRecord[] = [];
  let next = offset;
  const take = (decoded: readonly Decoded[]) => {
    for (const record of decoded)
      if (Number(record.offset) >= offset) records.push(kafkaRecord(partition, record));
  };
  const waiting = [...aborted].sort((a, b) => (a.first < b.first ? -1 : 1));
  /** Producers whose transaction at this place is an aborted one. */
  const out = new Set<bigint>();
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const end = at + PREFIX + bytes.readInt32BE(at + 8);
    if (bytes[at + 16] !== 2) {
      // Messages of before Kafka 0.11, to the end of the bytes.
      const messages = await decodeMessages(new Decoder(bytes.subarray(at)), bytes.length - at);
      take(messages);
      next = Math.max(next, Number(messages.at(-1)?.offset ?? -1) + 1);
      break;
    }
    if (end > bytes.length) break;
    const last = bytes.readBigInt64BE(at) + BigInt(bytes.readInt32BE(at + 23));
    const attributes = bytes.readInt16BE(at + 21);
    const producer = bytes.readBigInt64BE(at + 43);
    for (let first = waiting[0]; first && first.first <= last; first = waiting[0]) {
      out.add(first.producer);
      waiting.shift();
    }
    // The only control records of a partition are the markers that end transactions.
    if (attributes & CONTROL) out.delete(producer);
    else if (!(attributes & TRANSACTIONAL && out.has(producer)))
      take((await decodeBatch(new Decoder(bytes.subarray(at, end)))).records);
    next = Math.max(next, Number(last) + 1);
    at = end;
  }
  return { records, next };
}

const EMPTY = new Uint8Array(0);

const kafkaRecord = (partition: number, { offset, timestamp, key, value }: Decoded): KafkaRecord => ({
  partition: String(partition),
  offset: Number(offset),
  raw: value ?? EMPTY,
  key,
  value,
  timestamp: Number(timestamp ?? -1),
});
