import { appendFile, copyFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { KeyReused } from '../../../src/connectors/collect/event-store.ts';
import { openFileSource } from '../../../src/connectors/file/file-source.ts';
import { column, linesOf, spec } from '../file/support.ts';
import { badDisk, events, storeFolder } from './store-folder.ts';

const folder = storeFolder();
const FIRST = '000000000001.ndjson';
const JOURNAL = '.000000000001.journal';
const text = (from: number, to?: number): string => events(from, to).lines.toString();
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('storing', () => {
  test('an empty segment from the beginning; events are there when they are answered', async () => {
    const store = await folder.open();
    expect(await folder.names()).toEqual([JOURNAL, FIRST]);
    expect(await store.accept(events(0, 3))).toBe(3);
    expect(await folder.shown()).toBe(text(0, 3));
    expect(await store.accept(events(3))).toBe(1);
    expect(await folder.shown()).toBe(text(0, 4));
    expect(store.stored).toBe(4);
  });

  test('nothing is shown or answered before it is durable; what comes meanwhile shares the next sync', async () => {
    const disk = badDisk();
    const store = await folder.open({ disk });
    disk.syncs = 0;
    disk.delay = 100;
    let answered = 0;
    const all = Array.from({ length: 20 }, (_, i) => store.accept(events(i)).then(() => answered++));
    await sleep(50);
    expect([answered, await folder.shown()]).toEqual([0, '']);
    await Promise.all(all);
    expect(await folder.shown()).toBe(text(0, 20));
    expect(disk.syncs).toBe(2);
  });

  test('a segment ends by size and by age, and keeps its order', async () => {
    const store = await folder.open({ segmentBytes: 25, segmentAge: 300 });
    for (let i = 0; i < 6; i++) await store.accept(events(i));
    expect((await folder.names()).filter((name) => !name.startsWith('.'))).toEqual([
      FIRST,
      '000000000002.ndjson',
    ]);
    await sleep(450);
    expect(await folder.names()).toEqual([
      '.000000000003.journal',
      FIRST,
      '000000000002.ndjson',
      '000000000003.ndjson',
    ]);
    await store.accept(events(6));
    expect(await folder.shown()).toBe(text(0, 7));
  });

  test('a job that follows the folder reads each event once, in order, over many segments', async () => {
    const store = await folder.open({ segmentBytes: 200 });
    const orders = spec([column('id', 'BIGINT')]);
    const source = await openFileSource(orders, [folder.path()], { follow: true, pollMs: 5 });
    const read: unknown[] = [];
    const storing = (async () => {
      for (let i = 0; i < 200; i++) await store.accept(events(i));
    })();
    try {
      while (read.length < 200) {
        const batch = await source.read(1000);
        read.push(...linesOf(batch as NonNullable<typeof batch>).map(({ row }) => row?.id));
      }
    } finally {
      await source.close();
    }
    await storing;
    expect(read).toEqual(Array.from({ length: 200 }, (_, i) => i));
    expect((await folder.names()).length).toBeGreaterThan(5);
  });
});

describe('a crash', () => {
  test('at every byte of a write: what was answered is there, the rest whole or absent, and a torn line is completed', async () => {
    const first = await folder.open();
    await first.accept(events(0, 2));
    const before = (await readFile(folder.path(JOURNAL))).length;
    await first.accept(events(2, 4));
    await first.close();
    const journal = await readFile(folder.path(JOURNAL));
    for (let cut = before; cut <= journal.length; cut++) {
      // What is not durable in the journal is never shown.
      const shown = cut === journal.length ? text(0, 4) : text(0, 2);
      for (const torn of [0, 5, 15, 19, shown.length - 3, shown.length]) {
        await writeFile(folder.path(JOURNAL), journal.subarray(0, cut));
        await writeFile(folder.path(FIRST), shown.slice(0, torn));
        const store = await folder.open();
        expect([cut, await folder.shown()]).toEqual([cut, shown]);
        await store.accept(events(9));
        expect(await folder.shown()).toBe(shown + text(9));
        await store.close();
      }
    }
  });

  test('what a power cut left of a segment is made as readers saw it', async () => {
    const first = await folder.open();
    await first.accept(events(0, 4));
    await first.close();
    await writeFile(folder.path(FIRST), text(0, 2) + '\0'.repeat(7));
    await folder.open();
    expect(await folder.shown()).toBe(text(0, 4));
  });

  test('between two segments: both are finished', async () => {
    const first = await folder.open({ segmentBytes: 1 });
    await first.accept(events(0, 2));
    await first.close();
    await copyFile(folder.path(JOURNAL), folder.path('kept'));
    const second = await folder.open({ segmentBytes: 1 });
    await second.accept(events(2));
    await second.close();
    await copyFile(folder.path('kept'), folder.path(JOURNAL));
    await truncate(folder.path(FIRST), 3);
    const third = await folder.open();
    await third.accept(events(3));
    expect(await folder.shown()).toBe(text(0, 4));
    expect(await folder.names()).not.toContain(JOURNAL);
  });

  test('a segment that others wrote to is refused', async () => {
    const first = await folder.open();
    await first.accept(events(0));
    await first.close();
    await appendFile(folder.path(FIRST), '{"id":7}\n');
    await expect(folder.open()).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('somebody else wrote to it'),
    });
  });
});

describe('a full disk', () => {
  test.each([0, 1, 13, 40])(
    'with room for %i bytes: nothing half-stored, and it goes on when there is room',
    async (room) => {
      const log: string[] = [];
      const disk = badDisk();
      const store = await folder.open({ disk, log: (line) => log.push(line) });
      await store.accept(events(0));
      disk.room = room;
      await expect(store.accept(events(1, 9))).rejects.toMatchObject({ code: 'ENOSPC' });
      await expect(store.accept(events(1, 9))).rejects.toMatchObject({ code: 'ENOSPC' });
      expect(store.fault).toContain('ENOSPC');
      expect(await folder.shown()).toBe(text(0));
      disk.room = Number.POSITIVE_INFINITY;
      expect(await store.accept(events(1, 9))).toBe(8);
      expect(store.fault).toBe(undefined);
      await store.close();
      expect(log).toEqual([
        expect.stringContaining('no space left'),
        expect.stringContaining('can be written again'),
      ]);
      await folder.open();
      expect(await folder.shown()).toBe(text(0, 9));
    },
  );

  test('what is durable and cannot be shown is shown later, without a request', async () => {
    const disk = badDisk();
    const store = await folder.open({ disk });
    const { length } = await readFile(folder.path(JOURNAL));
    await store.accept(events(0));
    const frame = (await readFile(folder.path(JOURNAL))).length - length;
    disk.room = frame + 4;
    expect(await store.accept(events(1))).toBe(1);
    expect(await folder.shown()).toBe(text(0) + text(1).slice(0, 4));
    await expect(store.accept(events(2))).rejects.toMatchObject({ code: 'ENOSPC' });
    disk.room = Number.POSITIVE_INFINITY;
    await sleep(1300);
    expect(await folder.shown()).toBe(text(0, 2));
    expect(store.fault).toBe(undefined);
  });

  test('a segment that cannot be begun takes nothing into the one before, to which readers may not come back', async () => {
    const disk = badDisk();
    const store = await folder.open({ disk, segmentBytes: 1 });
    await store.accept(events(0));
    disk.room = 3;
    await expect(store.accept(events(1))).rejects.toMatchObject({ code: 'ENOSPC' });
    disk.room = Number.POSITIVE_INFINITY;
    await store.accept(events(1));
    expect(await readFile(folder.path(FIRST), 'utf8')).toBe(text(0));
    expect(await folder.shown()).toBe(text(0, 2));
  });
});

describe('a disk that does not sync', () => {
  // 1: the frame's sync fails; 2: that of taking it back fails, too.
  test.each([1, 2, 3])(
    '%i failures: a refused request is gone, also for a start after a kill; later ones are stored',
    async (failing) => {
      const disk = badDisk();
      const store = await folder.open({ disk });
      await store.accept(events(0));
      disk.failing = failing;
      await expect(store.accept(events(1, 3))).rejects.toMatchObject({ code: 'EIO' });
      const other = await folder.open();
      expect(await folder.shown()).toBe(text(0));
      await other.close();
      while (disk.failing > 0) await expect(store.accept(events(3))).rejects.toMatchObject({ code: 'EIO' });
      expect(await store.accept(events(4))).toBe(1);
      expect(await folder.shown()).toBe(text(0) + text(4));
      await store.close();
      await folder.open();
      expect(await folder.shown()).toBe(text(0) + text(4));
    },
  );

  test('a segment whose own file cannot be synced keeps its journal', async () => {
    const disk = badDisk();
    const store = await folder.open({ disk, segmentBytes: 1 });
    await store.accept(events(0));
    disk.failing = 1;
    await expect(store.accept(events(1))).rejects.toMatchObject({ code: 'EIO' });
    expect(await folder.names()).toEqual([JOURNAL, FIRST]);
    await store.accept(events(2));
    expect(await folder.shown()).toBe(text(0) + text(2));
  });
});

describe('idempotency keys', () => {
  test('the first answer, without storing again: while it is open, later, after a restart, and over segments', async () => {
    const options = { segmentBytes: 30, keys: 3 };
    const store = await folder.open(options);
    expect(await Promise.all([store.accept(events(0, 2, 'a')), store.accept(events(0, 2, 'a'))])).toEqual([
      2, 2,
    ]);
    for (const n of [2, 3]) await store.accept(events(n, n + 1, `k${n}`));
    expect(await store.accept(events(0, 2, 'a'))).toBe(2);
    await store.close();
    const again = await folder.open(options);
    expect(await again.accept(events(0, 2, 'a'))).toBe(2);
    await again.accept(events(4, 5, 'k4'));
    expect(await folder.shown()).toBe(text(0, 5));
    // Three are known: the oldest is forgotten.
    expect(await again.accept(events(0, 2, 'a'))).toBe(2);
    expect(await folder.shown()).toBe(text(0, 5) + text(0, 2));
  });

  test('with another body it is refused', async () => {
    const store = await folder.open();
    await store.accept(events(0, 2, 'a'));
    await expect(store.accept(events(5, 6, 'a'))).rejects.toBeInstanceOf(KeyReused);
    expect(await folder.shown()).toBe(text(0, 2));
  });

  test('a request that was not stored leaves none', async () => {
    const disk = badDisk();
    const store = await folder.open({ disk });
    disk.room = 0;
    await expect(store.accept(events(0, 1, 'a'))).rejects.toMatchObject({ code: 'ENOSPC' });
    disk.room = Number.POSITIVE_INFINITY;
    expect(await store.accept(events(0, 1, 'a'))).toBe(1);
    expect(await folder.shown()).toBe(text(0));
  });
});
