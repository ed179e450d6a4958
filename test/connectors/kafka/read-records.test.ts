import { expect, test } from '@jest/globals';
import { readRecords } from '../../../src/connectors/kafka/driver/read-records.ts';

/** A batch that compaction has emptied: its header stays. */
function emptied(first: number, lastDelta: number): Buffer {
  const bytes = Buffer.alloc(61);
  bytes.writeBigInt64BE(BigInt(first), 0);
  bytes.writeInt32BE(61 - 12, 8);
  bytes[16] = 2;
  bytes.writeInt32BE(lastDelta, 23);
  return bytes;
}

test('batches without records are passed over, up to their last offset and no further', async () => {
  const bytes = Buffer.concat([emptied(5, 9), emptied(15, 0)]);
  expect(await readRecords(bytes, 0, 7, [])).toEqual({ records: [], next: 16 });
});

test('a batch that is cut off is left for the next fetch', async () => {
  const bytes = Buffer.concat([emptied(5, 9), emptied(15, 0).subarray(0, 60)]);
  expect(await readRecords(bytes, 0, 5, [])).toEqual({ records: [], next: 15 });
  expect(await readRecords(Buffer.alloc(0), 0, 5, [])).toEqual({ records: [], next: 5 });
});
