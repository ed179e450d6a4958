import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type QuarantineEntry, QuarantineLog, readQuarantine } from '../../src/state/quarantine-log.ts';

const entry = (epoch: number, offset: number, more: Partial<QuarantineEntry> = {}): QuarantineEntry => ({
  source: 'orders',
  file: 'a.ndjson',
  offset,
  reason: 'bad',
  column: undefined,
  raw: Buffer.from('{'),
  epoch,
  ...more,
});

describe('QuarantineLog', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-'));
    path = join(folder, 'quarantine.ndjson');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const rows = async (): Promise<unknown[]> => {
    const found: unknown[] = [];
    for await (const line of readQuarantine(path)) found.push(JSON.parse(line));
    return found;
  };
  const write = async (...epochs: QuarantineEntry[][]): Promise<void> => {
    const log = new QuarantineLog(path);
    for (const entries of epochs) {
      await log.append(entries);
      log.committed(entries[0]?.epoch ?? 0);
    }
    await log.close(true);
  };

  test('holds what a row needs to be found and understood', async () => {
    await write([
      entry(1, 7, { column: 'price', raw: Buffer.from('{"价":"x"}') }),
      entry(1, 9, { raw: Uint8Array.of(0x7b, 0xff, 0x7d) }),
      entry(1, 0, { source: 'z', file: undefined }),
    ]);
    expect(await rows()).toEqual([
      { source: 'orders', file: 'a.ndjson', offset: 7, reason: 'bad', column: 'price', raw: '{"价":"x"}' },
      { source: 'orders', file: 'a.ndjson', offset: 9, reason: 'bad', rawBase64: 'e/99' },
      { source: 'z', offset: 0, reason: 'bad', raw: '{' },
    ]);
  });

  test('keeps a byte order mark', async () => {
    await write([entry(1, 0, { raw: Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b) })]);
    expect(await rows()).toMatchObject([{ raw: '\ufeff{' }]);
  });

  test('is read by source, file in order of reading, offset', async () => {
    await write(
      [entry(1, 5, { source: 'b' }), entry(1, 90, { file: 'z.ndjson' }), entry(1, 10, { file: 'z.ndjson' })],
      [entry(2, 3, { file: 'a.ndjson' }), entry(2, 20, { file: 'z.ndjson' }), entry(2, 1, { source: 'b' })],
    );
    expect((await rows()).map((row) => Object.values(row as object).slice(0, 3))).toEqual([
      ['b', 'a.ndjson', 1],
      ['b', 'a.ndjson', 5],
      ['orders', 'z.ndjson', 10],
      ['orders', 'z.ndjson', 20],
      ['orders', 'z.ndjson', 90],
      ['orders', 'a.ndjson', 3],
    ]);
  });

  test('drops the rows of an epoch that was not committed', async () => {
    const log = new QuarantineLog(path);
    await log.append([entry(1, 1)]);
    await log.append([entry(2, 2)]);
    log.committed(1);
    await log.append([entry(3, 3)]);
    log.committed(2);
    await log.close(false);
    expect(await rows()).toMatchObject([{ offset: 1 }, { offset: 2 }]);
  });

  test('begins empty, but not before the run does', async () => {
    await write([entry(1, 1)]);
    await new QuarantineLog(path).close(false);
    expect(await rows()).toHaveLength(1);
    await new QuarantineLog(path).close(true);
    expect(await rows()).toEqual([]);
  });

  test('an empty epoch writes nothing', async () => {
    const log = new QuarantineLog(path);
    await log.append([]);
    await log.close(false);
    await expect(readFile(path)).rejects.toThrow('ENOENT');
    expect(await rows()).toEqual([]);
  });

  test('a line that a crash left unfinished is none', async () => {
    await write([entry(1, 1), entry(1, 2)]);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.slice(0, -5));
    expect(await rows()).toMatchObject([{ offset: 1 }]);
  });

  test('lines longer than a read, more rows than fit one', async () => {
    const raw = Buffer.from('x'.repeat(200_000));
    await write([entry(1, 2, { raw }), entry(1, 1, { raw })]);
    const found = await rows();
    expect(found).toMatchObject([{ offset: 1 }, { offset: 2 }]);
    expect((found[0] as { raw: string }).raw).toHaveLength(200_000);
  });
});
