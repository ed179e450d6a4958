import { execFile, spawn } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type FileSourceOptions, openFileSource } from '../../../src/connectors/file/file-source.ts';
import type { Source } from '../../../src/connectors/source.ts';
import { column, linesOf, type Read, readAll, spec } from './support.ts';

const orders = spec([column('id', 'BIGINT'), column('name', 'VARCHAR')]);
const line = (id: number, name = `n${id}`): string => `${JSON.stringify({ id, name })}\n`;
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => line(from + i)).join('');
const ids = (read: readonly Read[]) => read.map(({ row, reason }) => row?.id ?? reason);
const exit = (exitCode: number, message: unknown) => expect.objectContaining({ exitCode, message });

// Processes are started, and megabytes read, on machines that do other things too.
jest.setTimeout(60_000);

let folder: string;
const open: Source[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-files-'));
});
afterEach(async () => {
  for (const source of open.splice(0)) await source.close();
  await rm(folder, { recursive: true });
});

/** Writes a file of the test's folder, and gives its path. */
async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}
async function source(files: readonly string[], options?: FileSourceOptions): Promise<Source> {
  const opened = await openFileSource(orders, files, options);
  open.push(opened);
  return opened;
}
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
    await mkdir(join(folder, 'd.ndjson'));
    const read = await readFiles(folder);
    expect(ids(read)).toEqual([1, 2, 3]);
    expect(read.map((one) => one.file)).toEqual(
      ['a.csv', 'b.ndjson', 'c.JSONL.GZ'].map((name) => join(folder, name)),
    );
  });

  test('one without any: exit 2', async () => {
    await file('notes.txt', 'x');
    await expect(source([folder])).rejects.toThrow(
      exit(2, `${folder}: no file in this folder ends in .ndjson, .jsonl or .csv, each also with .gz`),
    );
  });
});

describe('wrong inputs are exit 2 before anything is read', () => {
  test('missing, of no known kind, not readable, no gzip', async () => {
    const good = await file('good.ndjson', line(1));
    const at = (name: string) => join(folder, name);
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
const waits = async (promise: Promise<unknown>, ms = 150): Promise<boolean> => {
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
    const opened = await source([folder], follow);
    expect(ids(await take(opened, 2))).toEqual([0, 1]);
    await file('a.csv', 'id,name\n3,x\n4');
    expect(ids(await take(opened, 2))).toEqual([2, 3]);
    await appendFile(join(folder, 'a.csv'), ',y\n');
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

describe('standard input', () => {
  const module = fileURLToPath(new URL('../../../src/connectors/file/file-source.ts', import.meta.url));
  const program = `
    const { openFileSource } = await import(${JSON.stringify(module)});
    const column = (name, type) => ({ name, type, nullable: true, length: null, from: 'text' });
    const schema = { kind: 'source', name: 'orders', columns: [column('id', 'BIGINT'), column('name', 'VARCHAR')], options: {} };
    const source = await openFileSource({ schema, keep: ['id', 'name'] }, process.argv.slice(1));
    for (let batch = await source.read(1000); batch; batch = await source.read(1000))
      for (let i = 0; i < batch.n; i++)
        console.log(JSON.stringify([batch.file(i), batch.offset(i), batch.rows[i]?.id ?? batch.rejects[0].reason]));
    await source.close();`;
  const args = (...more: string[]) => [
    '--import',
    'tsx',
    '--input-type=module',
    '--eval',
    program,
    '--',
    ...more,
  ];
  const parse = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((json) => JSON.parse(json));

  test('is NDJSON of a pipe, in its place between files', async () => {
    const a = await file('a.ndjson', line(1));
    const running = promisify(execFile)(process.execPath, args(a, '-'));
    running.child.stdin?.end(`\ufeff${line(2)}x\n\n{"id":3}`);
    expect(parse((await running).stdout)).toEqual([
      [a, 0, 1],
      ['-', 3, 2],
      ['-', 3 + line(2).length, 'not valid JSON'],
      ['-', 3 + line(2).length + 3, 3],
    ]);
  });

  test('rows are there before the pipe ends', async () => {
    const child = spawn(process.execPath, args('-'), { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      child.stdin.write(line(1));
      const [first] = await new Promise<Buffer[]>((resolve) =>
        child.stdout.once('data', (data) => resolve([data])),
      );
      expect(parse(String(first))).toEqual([['-', 0, 1]]);
      const closed = new Promise((resolve) => child.once('close', resolve));
      child.stdin.end();
      expect(await closed).toBe(0);
    } finally {
      child.kill();
    }
  });

  test('many rows of a pipe, and of a process that forbids code generation', async () => {
    const content = Array.from({ length: 20_000 }, (_, i) => line(i, i % 3 ? '王小明' : 'a\tb')).join('');
    const outputs: unknown[][] = [];
    for (const flags of [[], ['--disallow-code-generation-from-strings']]) {
      const running = promisify(execFile)(process.execPath, [...flags, ...args('-')], { maxBuffer: 1 << 26 });
      running.child.stdin?.end(content);
      outputs.push(parse((await running).stdout));
    }
    expect(outputs[0]?.length).toBe(20_000);
    expect(outputs[1]).toEqual(outputs[0]);
  });
});
