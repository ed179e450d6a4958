import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, jest, test } from '@jest/globals';
import { exit, ids, inputFolder, line, lines } from './input-folder.ts';
import { type Read, readAll } from './support.ts';

// Megabytes are read, on machines that do other things too.
jest.setTimeout(60_000);

const { path: at, file, source } = inputFolder();
const readFiles = async (...files: string[]): Promise<Read[]> => readAll(await source(files));

describe('files', () => {
  test('one after the other, with the path as given and offsets of each', async () => {
    const a = await file('a.ndjson', `${line(1)}{\n${line(3)}`);
    const b = await file('b.csv', 'name,id\nx,4\ny,5\n');
    const c = await file('c.jsonl', line(6));
    const read = await readFiles(b, a, c);
    expect(ids(read)).toEqual([4, 5, 1, 'not valid JSON', 3, 6]);
    expect(read.map(({ offset, file }) => [file, offset])).toEqual([
      [b, 8],
      [b, 12],
      [a, 0],
      [a, 21],
      [a, 23],
      [c, 0],
    ]);
    expect(read[3]?.raw).toBe('{');
  });

  test('a last line without a newline is a row, an empty file has none', async () => {
    const a = await file('a.ndjson', line(1) + line(2).trimEnd());
    expect(ids(await readFiles(await file('e.ndjson', ''), a, await file('e.csv', '')))).toEqual([1, 2]);
  });

  test('a byte order mark at the start of a file is skipped', async () => {
    const a = await file('a.ndjson', `\ufeff${line(1)}`);
    const b = await file('b.csv', '\ufeffid,name\n2,x\n');
    const c = await file('c.ndjson', '\ufeff');
    expect((await readFiles(a, b, c)).map(({ row, offset }) => [row?.id, offset])).toEqual([
      [1, 3],
      [2, 11],
    ]);
  });

  test('lines across chunks, with offsets beyond them, at any max', async () => {
    const content = Array.from({ length: 40_000 }, (_, i) => line(i, `${'名'.repeat(i % 50)}-${i}`));
    const a = await file('a.ndjson', content.join(''));
    const b = await file(
      'b.csv.gz',
      gzipSync(`id,name\n${content.map((_, i) => `${i},"${'名\n'.repeat(i % 50)}"\n`).join('')}`),
    );
    let offset = 0;
    const offsets = content.map((text) => {
      const at = offset;
      offset += Buffer.byteLength(text);
      return at;
    });
    for (const max of [997, 1_000_000]) {
      const read = await readAll(await source([a, b]), max);
      expect(read.length).toBe(80_000);
      expect(read.every(({ row }, i) => row?.id === i % 40_000)).toBe(true);
      expect(read.slice(0, 40_000).every((one, i) => one.offset === offsets[i])).toBe(true);
      expect(read[40_049]?.row?.name).toBe('名\n'.repeat(49));
    }
  });

  test('read gives what is there, at most max, then null for ever', async () => {
    const opened = await source([await file('a.ndjson', lines(0, 5)), await file('b.ndjson', lines(5, 7))]);
    const sizes: (number | undefined)[] = [];
    for (let i = 0; i < 6; i++) sizes.push((await opened.read(3))?.n);
    expect(sizes).toEqual([3, 2, 2, undefined, undefined, undefined]);
  });

  test('a line longer than the limit ends the run; longer than a chunk does not', async () => {
    const long = await file('long.ndjson', line(1) + line(2, 'x'.repeat(3_000_000)) + line(3));
    const read = await readFiles(long);
    expect(ids(read)).toEqual([1, 2, 3]);
    expect(read[1]?.row?.name).toHaveLength(3_000_000);
    const opened = await source([long], { lineLimit: 1_500_000 });
    expect((await opened.read(10))?.n).toBe(1);
    await expect(opened.read(10)).rejects.toThrow(
      exit(1, `${long}, byte ${line(1).length}: a line longer than 1500000 bytes: is this a file of lines?`),
    );
  });

  test('a CSV quote that never closes costs its line, not the file', async () => {
    const rest = Array.from({ length: 300_000 }, (_, i) => `${i},n\n`).join('');
    const a = await file('a.csv', `id,name\n1,"a\n${rest}`);
    const read = await readAll(await source([a], { lineLimit: 1_500_000 }), 100_000);
    expect(read.length).toBe(300_001);
    expect(read[0]).toMatchObject({ reason: 'a quoted field without its closing quote', raw: '1,"a' });
  });

  test('name, label and replayable', async () => {
    const a = await file('a.ndjson', '');
    expect(await source([a])).toMatchObject({ name: 'orders', label: `file ${a}`, replayable: true });
    expect(await source([a, '-'])).toMatchObject({ label: `file ${a}, standard input`, replayable: false });
  });
});

describe('folders', () => {
  test('their files of known kinds by name', async () => {
    await file('b.ndjson', line(2));
    await file('a.csv', 'id\n1\n');
    await file('c.JSONL.GZ', gzipSync(line(3)));
    await file('notes.txt', 'x');
    await file('.hidden.ndjson', line(9));
    await mkdir(at('d.ndjson'));
    const read = await readFiles(at());
    expect(ids(read)).toEqual([1, 2, 3]);
    expect(read.map((one) => one.file)).toEqual(['a.csv', 'b.ndjson', 'c.JSONL.GZ'].map(at));
  });

  test('one without any: exit 2', async () => {
    await file('notes.txt', 'x');
    await expect(source([at()])).rejects.toThrow(
      exit(2, `${at()}: no file in this folder ends in .ndjson, .jsonl or .csv, each also with .gz`),
    );
  });
});

describe('wrong inputs are exit 2 before anything is read', () => {
  test('missing, of no known kind, not readable, no gzip', async () => {
    const good = await file('good.ndjson', line(1));
    await symlink(at('loop.ndjson'), at('loop.ndjson'));
    const cases: [string, string][] = [
      [at('none.ndjson'), 'no such file or folder'],
      [
        await file('a.txt', 'x'),
        'not a kind of file that can be read: its name must end in .ndjson, .jsonl or .csv, each also with .gz',
      ],
      [
        await file('a.json', '[]'),
        'not a kind of file that can be read: its name must end in .ndjson, .jsonl or .csv, each also with .gz',
      ],
      [at('loop.ndjson'), 'cannot be read (ELOOP)'],
      [join(good, 'a.ndjson'), 'cannot be read (ENOTDIR)'],
      ['/dev/null', 'neither a file nor a folder'],
      [await file('a.csv.gz', 'id\n1\n'), 'not in gzip format'],
    ];
    for (const [path, message] of cases)
      await expect(source([good, path])).rejects.toThrow(exit(2, `${path}: ${message}`));
  });

  test('a CSV header with a repeated name, in the last of several files', async () => {
    const bad = await file('bad.csv.gz', gzipSync('id,name,name\n1,a,b\n'));
    await expect(source([await file('good.csv', 'id\n1\n'), bad])).rejects.toThrow(
      exit(2, `${bad}: the header has the name "name" twice`),
    );
  });
});

describe('gzip', () => {
  test('members that follow one another are one file', async () => {
    const members = Buffer.concat([
      gzipSync(lines(0, 3) + line(3).slice(0, 5)),
      gzipSync(''),
      gzipSync(line(3).slice(5) + lines(4, 50_000)),
    ]);
    const read = await readFiles(await file('a.ndjson.gz', members));
    expect(ids(read)).toEqual(Array.from({ length: 50_000 }, (_, i) => i));
    expect(read[3]?.offset).toBe(Buffer.byteLength(lines(0, 3)));
  });

  test('a truncated one: what was whole is delivered, then exit 1', async () => {
    const packed = gzipSync(lines(0, 100_000));
    for (const size of [packed.length - 4, Math.floor(packed.length / 2)]) {
      const path = await file('a.ndjson.gz', packed.subarray(0, size));
      const opened = await source([path]);
      let count = 0;
      const drain = async (): Promise<void> => {
        for (let batch = await opened.read(1000); batch; batch = await opened.read(1000)) {
          expect(batch.rejects).toEqual([]);
          expect(batch.rows.every((row, i) => row?.id === count + i)).toBe(true);
          count += batch.n;
        }
      };
      await expect(drain()).rejects.toThrow(
        exit(1, `${path}: the gzip data ends in the middle: the file is truncated`),
      );
      if (size === packed.length - 4) expect(count).toBe(100_000);
      else expect(count).toBeGreaterThan(30_000);
    }
  });

  test('an empty one, and one of broken data: exit 1', async () => {
    const empty = await file('empty.ndjson.gz', '');
    await expect(readFiles(empty)).rejects.toThrow(exit(1, expect.stringContaining('the file is truncated')));
    const broken = gzipSync(deflateRawSync(lines(0, 10_000)));
    broken.fill(0xff, 200, 400);
    await expect(readFiles(await file('broken.ndjson.gz', broken))).rejects.toThrow(
      exit(1, expect.stringContaining('broken gzip data')),
    );
  });
});

test('a batch shows its bytes as long as it is held, however much is read after it', async () => {
  const padding = 'x'.repeat(500);
  const all = Array.from({ length: 9000 }, (_, i) => `{"id":"bad ${i}","text":"${padding}"}\n`);
  const path = await file('held.ndjson', all.join(''));
  const reading = await source([path]);
  const held = [];
  for (let batch = await reading.read(1000); batch !== null; batch = await reading.read(1000))
    held.push(batch);
  let at = 0;
  for (const batch of held)
    for (let i = 0; i < batch.n; i++) expect(Buffer.from(batch.raw(i)).toString()).toBe(all[at++]?.trimEnd());
  expect(at).toBe(all.length);
  await reading.close();
});
