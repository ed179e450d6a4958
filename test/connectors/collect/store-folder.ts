// Stores of events in a temporary folder, on disks that fail when they are told to.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import { DISK, type Disk } from '../../../src/connectors/collect/disk.ts';
import { EventStore, type Events, type StoreOptions } from '../../../src/connectors/collect/event-store.ts';

/** A disk that can be slow and full. */
export interface BadDisk extends Disk {
  /** Milliseconds that a sync takes longer. */
  delay: number;
  /** Bytes that can still be written. */
  room: number;
  syncs: number;
  /** How many of the next syncs fail. */
  failing: number;
}

/** The machine's disk until it is told to be another. */
export function badDisk(): BadDisk {
  const disk: BadDisk = {
    delay: 0,
    room: Number.POSITIVE_INFINITY,
    syncs: 0,
    failing: 0,
    async write(file, bytes, at) {
      const fits = Math.min(disk.room, bytes.length);
      await DISK.write(file, bytes.subarray(0, fits), at);
      disk.room -= fits;
      if (fits < bytes.length)
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    },
    async sync(file) {
      disk.syncs++;
      await new Promise((resolve) => setTimeout(resolve, disk.delay));
      if (disk.failing > 0) {
        disk.failing--;
        throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
      }
      await DISK.sync(file);
    },
  };
  return disk;
}

/** The events with ids in [from, to). */
export const events = (from: number, to = from + 1, key?: string): Events => ({
  count: to - from,
  lines: Buffer.from(Array.from({ length: to - from }, (_, i) => `{"id":${from + i}}\n`).join('')),
  ...(key === undefined ? {} : { key: { name: key, hash: `${from}-${to}` } }),
});

/** What a test does with its folder. */
export interface StoreFolder {
  path(name?: string): string;
  /** Opens a store. It is closed after the test. */
  open(options?: StoreOptions): Promise<EventStore>;
  /** Names of all files. */
  names(): Promise<string[]>;
  /** What readers find: all segments, one after the other. */
  shown(): Promise<string>;
}

/** A new folder for each test of the file that calls this. */
export function storeFolder(): StoreFolder {
  let folder = '';
  const stores: EventStore[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-store-'));
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    await rm(folder, { recursive: true });
  });
  const path = (name = ''): string => join(folder, name);
  const names = async (): Promise<string[]> => (await readdir(folder)).sort();
  return {
    path,
    names,
    async open(options) {
      const store = await EventStore.open(folder, options);
      stores.push(store);
      return store;
    },
    async shown() {
      const segments = (await names()).filter((name) => name.endsWith('.ndjson'));
      return (await Promise.all(segments.map((name) => readFile(path(name), 'utf8')))).join('');
    },
  };
}
