import { expect, test } from '@jest/globals';
import kafkajs, { type PartitionMetadata } from 'kafkajs';
import { keyPartition } from '../../../src/connectors/kafka/key-partition.ts';

/** Of Kafka's own tests: `UtilsTest.testMurmur2`. */
const KNOWN: readonly [string, number][] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
];

test.each(KNOWN)('%s has the hash that Java gives it', (key, hash) => {
  expect(keyPartition(Buffer.from(key), 0x7fff_ffff)).toBe((hash & 0x7fff_ffff) % 0x7fff_ffff);
});

test('keys of all lengths go where other clients put them', () => {
  const partitionMetadata = Array.from({ length: 7 }, (_, partitionId) => ({ partitionId, leader: 1 }));
  const partition = kafkajs.Partitioners.DefaultPartitioner();
  for (let length = 0; length < 40; length++) {
    const key = Buffer.from(Array.from({ length }, (_, i) => (i * 37 + length * 11) & 255));
    const theirs = partition({
      topic: 't',
      partitionMetadata: partitionMetadata as PartitionMetadata[],
      message: { key, value: null },
    });
    expect(keyPartition(key, 7)).toBe(theirs);
  }
});
