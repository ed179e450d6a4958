import { appendFile, rename, rm, truncate } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, jest, test } from '@jest/globals';
import type { Source } from '../../../src/connectors/source.ts';
import { exit, ids, inputFolder, line, lines } from './input-folder.ts';
import { linesOf, type Read } from './support.ts';

// On machines that do other things too.
jest.setTimeout(60_000);

const { path: at, file, source } = inputFolder();

/** Reads until so many rows have come. */
async function take(from: Source, n: number): Promise<Read[]> {
  const read: Read[] = [];
  while (read.length < n) {
    const batch = await from.read(100);
    if (!batch) break;
    read.push(...linesOf(batch));
  }
  return read;
}

/** Whether a promise is still open after so many milliseconds. */
const waits = async (promise: unknown, ms = 150): Promise<boolean> => {
  const late = Symbol('late');
  return (await Promise.race([promise, new Promise((resolve) => setTimeout(resolve, ms, late))])) === late;
};

describe('follow', () => {
  const follow = { follow: true };

  test('waits for more and gives it at once; half a line waits for its rest', async () => {
    const path = await file('a.ndjson', lines(0, 2));
    const opened = await source([path], follow);
    expect(ids(await take(opened, 2))).toEqual([0, 1]);
    await appendFile(path, line(2) + line(3).slice(0, 9));
    expect(ids(await take(opened, 1))).toEqual([2]);
    const next = opened.read(10);
    expect(await waits(next)).toBe(true);
    const before = performance.now();
    await appendFile(path, line(3).slice(9));
    expect((await next)?.rows).toEqual([{ id: 3, name: 'n3' }]);
    expect(performance.now() - before).toBeLessThan(600);
  });

  test('close ends a read that waits, again and again', async () => {
    const path = await file('a.ndjson', `${line(0)}{"id":1}`);
    const opened = await source([path], follow);
    expect(ids(await take(opened, 1))).toEqual([0]);
    const waiting = opened.read(10);
    expect(await waits(waiting, 80)).toBe(true);
    await Promise.all([opened.close(), opened.close()]);
    expect(await waiting).toBe(null);
    expect(await opened.read(10)).toBe(null);
    await opened.close();
  });

  test('a file that shrank is refused, as is one that was replaced or removed', async () => {
    const shrunk = await file('a.ndjson', lines(0, 5));
    const replaced = await file('b.ndjson', lines(0, 5));
    const removed = await file('c.ndjson', lines(0, 5));
    const sources = await Promise.all([shrunk, replaced, removed].map((path) => source([path], follow)));
    for (const opened of sources) await take(opened, 5);
    await truncate(shrunk, 20);
    await rename(await file('other.txt', lines(0, 6)), replaced);
    await rm(removed);
    const messages = [
      `${shrunk}: shrank while it was followed: ${lines(0, 5).length} bytes were read, it has 20 now`,
      `${replaced}: replaced by another file while it was followed`,
      `${removed}: removed while it was followed`,
    ];
    for (const [i, message] of messages.entries())
      await expect(sources[i]?.read(10)).rejects.toThrow(exit(3, message));
  });

  test('files before the last are read to their end, and may not grow behind it', async () => {
    const a = await file('a.ndjson', line(0) + line(1).trimEnd());
    const b = await file('b.csv', 'id\n2\n');
    const opened = await source([a, b], { follow: true, pollMs: 5 });
    expect(ids(await take(opened, 3))).toEqual([0, 1, 2]);
    await appendFile(b, '3\n');
    expect(ids(await take(opened, 1))).toEqual([3]);
    await appendFile(a, line(4));
    await expect(opened.read(1)).rejects.toThrow(
      exit(3, expect.stringMatching(/a\.ndjson: changed after its end was read/)),
    );
  });

  test('files that come into a folder are read on at the end', async () => {
    await file('b.ndjson', lines(0, 2) + line(2).trimEnd());
    const opened = await source([at()], follow);
    expect(ids(await take(opened, 2))).toEqual([0, 1]);
    await file('a.csv', 'id,name\n3,x\n4');
    expect(ids(await take(opened, 2))).toEqual([2, 3]);
    await appendFile(at('a.csv'), ',y\n');
    expect(ids(await take(opened, 1))).toEqual([4]);
    await file('c.csv', 'id,id\n');
    await expect(opened.read(1)).rejects.toThrow(exit(1, expect.stringContaining('the name "id" twice')));
  });

  test('gzip: an appended member is read on, half a member waits', async () => {
    const path = await file('a.ndjson.gz', gzipSync(lines(0, 2)));
    const opened = await source([path], follow);
    expect(ids(await take(opened, 2))).toEqual([0, 1]);
    const member = gzipSync(lines(2, 4));
    await appendFile(path, member.subarray(0, 15));
    const next = take(opened, 2);
    expect(await waits(next)).toBe(true);
    await appendFile(path, member.subarray(15));
    expect(ids(await next)).toEqual([2, 3]);
  });
});
