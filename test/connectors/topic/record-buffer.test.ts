import { expect, test } from '@jest/globals';
import { RecordBuffer } from '../../../src/connectors/topic/record-buffer.ts';

/** Whether it has come about once everything at hand has run. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

test('who writes waits while the sizes are at the limit, until a list is taken', async () => {
  const buffer = new RecordBuffer<number>(10, (size) => size);
  buffer.put([4, 5]);
  await buffer.room();
  buffer.put([1]);
  const room = buffer.room();
  expect(await settled(room)).toBe(false);
  expect(await buffer.take()).toEqual([4, 5]);
  await room;
});

test('who takes waits for records; what waits is taken before the end is told', async () => {
  const buffer = new RecordBuffer<number>(10, () => 1);
  const taken = buffer.take();
  expect(await settled(taken)).toBe(false);
  buffer.put([]);
  expect(await settled(taken)).toBe(false);
  buffer.put([1]);
  expect(await taken).toEqual([1]);
  buffer.put([2]);
  buffer.end(new Error('broken'));
  buffer.put([3]);
  expect(await buffer.take()).toEqual([2]);
  await expect(buffer.take()).rejects.toThrow('broken');
});

test('closing lets go of what waits, and of who waits', async () => {
  const buffer = new RecordBuffer<number>(1, () => 1);
  buffer.put([1]);
  const room = buffer.room();
  buffer.close();
  await room;
  expect(await buffer.take()).toBeNull();
});
