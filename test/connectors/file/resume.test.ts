import {
  appendFile,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { crc32, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, jest, test } from '@jest/globals';
import type { SourcePosition } from '../../../src/connectors/source.ts';
import { exit, ids, inputFolder, line, lines } from './input-folder.ts';
import { linesOf, type Read, readAll, readWithPositions } from './support.ts';

// Megabytes are read, on machines that do other things too.
jest.setTimeout(60_000);

const { path: at, file, source } = inputFolder();
/** What a run from a position reads. */
const readOn = async (files: readonly string[], from: SourcePosition | null): Promise<Read[]> =>
  readAll(await source(files, {}, from));
/** Reads files to their end, and gives where they stand. */
async function stand(...files: string[]): Promise<SourcePosition> {
  const batches = await readWithPositions(await source(files), 1000);
  return batches.at(-1)?.position as SourcePosition;
}
/** Sets the time of a file to a second of 2024, so that it was not changed just now. */
const age = (path: string, second = 0): Promise<void> =>
  utimes(path, 1_704_067_200 + second, 1_704_067_200 + second);
const replaceByte = async (path: string, offset: number, by: string): Promise<void> => {
  const bytes = await readFile(path);
  bytes[offset] = by.charCodeAt(0);
  await writeFile(path, bytes);
};
interface Begun {
  readonly path: string;
  readonly offset: number;
  readonly checksum: number;
  readonly open: boolean;
}
const begunIn = (position: SourcePosition | null): readonly Begun[] => position?.files as readonly Begun[];

/** The files that this process has open (Linux). */
async function openPaths(): Promise<string[]> {
  const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
  return Promise.all(links);
}

/** What of a position does not depend on when the file was looked at. */
const marks = (position: SourcePosition | null) =>
  begunIn(position).map(({ path, offset, checksum, open }) => [path, offset, checksum, open]);

const NDJSON = `\ufeff${line(1)}\n{\n${line(2, '名')}{"id":3}\r\n  \n${line(4)}`;
const CSV = '\ufeffname,id\r\n"a\n,""b""",1\n\nx,y\n  \n"c\r\n",2\r\nd,3,4\n"e",5\n';
const CONTENTS: readonly (readonly [string, string, string | Uint8Array])[] = [
  ['NDJSON with rejects, blank lines, a byte order mark', 'a.ndjson', NDJSON],
  ['NDJSON without a newline at its end', 'a.ndjson', NDJSON.trimEnd()],
  ['NDJSON with blanks at its end', 'a.ndjson', `${NDJSON}\n  \n\t`],
  ['CSV with quoted newlines', 'a.csv', CSV],
  ['CSV without a newline at its end', 'a.csv', CSV.trimEnd()],
  ['CSV with a quote that never closes', 'a.csv', `${CSV}6,"x\n7,y\n8`],
  ['gzip in members', 'a.ndjson.gz', gzipMembers(NDJSON, 13)],
  ['gzip without a newline at its end', 'a.ndjson.gz', gzipMembers(NDJSON.trimEnd(), 40)],
  ['CSV in gzip', 'a.csv.gz', gzipMembers(CSV, 17)],
];

function gzipMembers(content: string, size: number): Buffer {
  const bytes = Buffer.from(content);
  const members: Buffer[] = [];
  for (let from = 0; from < bytes.length; from += size)
    members.push(gzipSync(bytes.subarray(from, from + size)));
  return Buffer.concat(members);
}

/** From behind every row, and in runs of one row each, the same rows come as in one run. */
async function expectSameRows(files: readonly string[]): Promise<void> {
  const whole = await readAll(await source(files));
  const single = await readWithPositions(await source(files), 1);
  expect(single).toHaveLength(whole.length);
  for (const [i, { position }] of single.entries())
    expect(await readOn(files, position)).toEqual(whole.slice(i + 1));
  const inRuns: Read[] = [];
  for (let from: SourcePosition | null = null; ; ) {
    const batch = await (await source(files, {}, from)).read(1);
    if (!batch) break;
    inRuns.push(...linesOf(batch));
    from = batch.position();
    expect(marks(from)).toEqual(marks(single[inRuns.length - 1]?.position ?? null));
  }
  expect(inRuns).toEqual(whole);
}

describe('from behind every row the same rows, offsets and files come as in one run', () => {
  test.each(CONTENTS)('%s', async (_, name, content) => {
    await expectSameRows([await file(name, content)]);
  });

  test.each(CONTENTS)('%s, of a file that nobody touched', async (_, name, content) => {
    const path = await file(name, content);
    await age(path);
    await expectSameRows([path]);
  });

  test('several files, some without rows', async () => {
    const paths = await Promise.all([
      file('z.ndjson', ''),
      ...CONTENTS.map(([, name, content], i) => file(`${i}.${name}`, content)),
      file('header.csv', 'id,name'),
      file('blank.ndjson', '\n \n'),
      file('last.ndjson', lines(0, 3)),
    ]);
    await expectSameRows(paths);
  });

  test('a folder', async () => {
    for (const [i, [, name, content]] of CONTENTS.entries()) await file(`${i}.${name}`, content);
    await expectSameRows([at()]);
  });

  test('across buffers, at any max; positions asked for late and in any order', async () => {
    const content = Array.from({ length: 30_000 }, (_, i) => line(i, `${'名'.repeat(i % 50)}-${i}`)).join('');
    const csv = Array.from({ length: 30_000 }, (_, i) => `${i},"${'名\n'.repeat(i % 40)}"\n`).join('');
    const files = [await file('a.ndjson', content), await file('b.csv.gz', gzipSync(`id,name\n${csv}`))];
    const whole = await readAll(await source(files));
    const positions = new Map<number, SourcePosition | null>();
    for (const max of [997, 12_345]) {
      const opened = await source(files);
      const batches = [];
      for (let batch = await opened.read(max); batch; batch = await opened.read(max)) batches.push(batch);
      let rows = whole.length;
      for (const batch of batches.reverse()) {
        expect(batch.position()).toEqual(positions.get(rows) ?? batch.position());
        positions.set(rows, batch.position());
        rows -= batch.n;
      }
      expect(rows).toBe(0);
    }
    for (const [rows, position] of [...positions].filter((_, i) => i % 9 === 0)) {
      const read = await readOn(files, position);
      expect(read).toHaveLength(whole.length - rows);
      expect([read[0], read.at(-1)]).toEqual([whole[rows], read.length ? whole.at(-1) : undefined]);
    }
  });
});

test('a position holds unpacked bytes and their CRC-32', async () => {
  for (const [, name, content] of CONTENTS) {
    const bytes = name.endsWith('.gz') ? gunzipSync(content) : Buffer.from(content);
    for (const { read, position } of await readWithPositions(await source([await file(name, content)]), 1)) {
      const [{ offset, checksum, open } = { offset: 0, checksum: 0, open: false }] = begunIn(position);
      expect(checksum).toBe(crc32(bytes.subarray(0, offset)));
      expect(open).toBe(offset === bytes.length && bytes.at(-1) !== 10);
      expect(bytes.subarray(offset - (open ? 0 : 1), offset).toString()).toBe(open ? '' : '\n');
      expect(offset).toBeGreaterThanOrEqual((read[0]?.offset ?? 0) + (read[0]?.raw.length ?? 0));
    }
  }
});

describe('what came later is read on', () => {
  test('rows at the end of each kind, and in files behind it', async () => {
    const cases: [string, string | Uint8Array, string | Uint8Array][] = [
      ['a.ndjson', lines(0, 2), lines(2, 4)],
      ['b.ndjson', lines(0, 2).trimEnd(), `\n${lines(2, 4)}`],
      ['c.ndjson', lines(0, 2).trimEnd(), `\r\n\n${lines(2, 4).trimEnd()}`],
      ['d.csv', 'id,name\n0,a\n1,b\n', '2,c\n3,"d\n"\n'],
      ['e.csv', 'id,name\r\n0,a\r\n1,b', '\r\n2,c\r\n3,"d"'],
      ['f.ndjson.gz', gzipSync(lines(0, 2)), gzipSync(lines(2, 4))],
      ['g.csv.gz', gzipSync('id\n0\n1'), gzipSync('\n2\n3')],
    ];
    for (const [name, begin, more] of cases) {
      const path = await file(name, begin);
      await age(path);
      const from = await stand(path);
      expect(await readOn([path], from)).toEqual([]);
      await appendFile(path, more);
      const behind = await file(`behind.${name}`, begin);
      const whole = await readAll(await source([path, behind]));
      expect(ids(whole)).toEqual([0, 1, 2, 3, 0, 1]);
      expect(await readOn([path, behind], from)).toEqual(whole.slice(2));
      await rm(behind);
    }
  });

  test('half a line end is no row, and no change', async () => {
    for (const [name, content] of [
      ['a.ndjson', line(1).trimEnd()],
      ['a.csv', 'id,name\n1,a'],
    ] as const) {
      const path = await file(name, content);
      const from = await stand(path);
      await appendFile(path, '\r');
      expect(await readOn([path], from)).toEqual([]);
    }
  });

  test('a file behind others in a folder, and one that was renamed', async () => {
    const a = await file('a.ndjson', lines(0, 2));
    const from = await stand(at());
    await file('b.csv', 'id\n2\n');
    await rename(a, at('aa.ndjson'));
    const read = await readOn([at()], from);
    expect(ids(read)).toEqual([2]);
    const renamed = await source([at('aa.ndjson')], {}, from);
    await appendFile(at('aa.ndjson'), line(7));
    expect((await readAll(renamed))[0]).toMatchObject({
      row: { id: 7 },
      file: at('aa.ndjson'),
      offset: lines(0, 2).length,
    });
  });

  test('blank lines behind a file that was finished are no rows', async () => {
    const a = await file('a.ndjson', line(1).trimEnd());
    const c = await file('c.csv.gz', gzipSync('id,name'));
    const b = await file('b.ndjson', line(2));
    const from = await stand(a, c, b);
    await appendFile(a, '\n \r\n');
    await appendFile(c, gzipSync('\n\n'));
    await appendFile(b, line(3));
    expect(ids(await readOn([a, c, b], from))).toEqual([3]);
  });

  test('a truncated gzip file, once it is whole', async () => {
    const packed = gzipSync(lines(0, 100_000));
    const path = await file('a.ndjson.gz', packed.subarray(0, packed.length >> 1));
    const opened = await source([path]);
    let from: SourcePosition | null = null;
    let count = 0;
    const drain = async (): Promise<void> => {
      for (let batch = await opened.read(1000); batch; batch = await opened.read(1000)) {
        from = batch.position();
        count += batch.n;
      }
    };
    await expect(drain()).rejects.toThrow(exit(1, expect.stringContaining('the file is truncated')));
    expect(count).toBeGreaterThan(10_000);
    const again = await source([path], {}, from);
    await expect(again.read(1000)).rejects.toThrow(exit(1, expect.stringContaining('the file is truncated')));
    await writeFile(path, packed);
    const rest = await readOn([path], from);
    expect(rest[0]?.row?.id).toBe(count);
    expect(rest).toHaveLength(100_000 - count);
  });
});

describe('refused', () => {
  const RESTORE = 'restore what was read, or start anew with --fresh';
  const AGAIN =
    'give all files that were read before again, in the same order and before new ones, or start anew with --fresh';
  const refusal = async (files: readonly string[], from: SourcePosition, message: string): Promise<void> =>
    expect(source(files, {}, from)).rejects.toThrow(exit(3, message));

  test('a changed byte before the offset, with the same size', async () => {
    for (const [name, content] of [
      ['a.ndjson', lines(0, 3)],
      ['b.csv', 'id,name\n0,a\n1,b\n'],
      ['c.ndjson.gz', gzipSync(lines(0, 3), { level: 0 })],
    ] as const) {
      const path = await file(name, content);
      await age(path);
      const from = await stand(path);
      await age(path, 1);
      expect(await readOn([path], from)).toEqual([]);
      const place = Buffer.from(content).indexOf('1,"n1"') + 4;
      await replaceByte(path, name === 'b.csv' ? 10 : place, 'm');
      const offset = begunIn(from)[0]?.offset;
      // Broken gzip data end where they are broken.
      const message = name.endsWith('.gz')
        ? expect.stringMatching(/changed before byte|an earlier run read/)
        : `${path}: changed before byte ${offset}, in the part that an earlier run read: ${RESTORE}`;
      await expect(source([path], {}, from)).rejects.toThrow(exit(3, message));
    }
  });

  test('not where inode, device, size and time are as they were, unless they were of this moment', async () => {
    const path = await file('a.ndjson', lines(0, 3));
    await age(path);
    const from = await stand(path);
    await replaceByte(path, 10, 'x');
    await age(path);
    expect(await readOn([path], from)).toEqual([]);
    const fresh = await file('b.ndjson', lines(0, 3));
    const now = new Date(Date.now() - 1000);
    await utimes(fresh, now, now);
    const young = await stand(fresh);
    await replaceByte(fresh, 10, 'x');
    await utimes(fresh, now, now);
    await refusal(
      [fresh],
      young,
      `${fresh}: changed before byte ${lines(0, 3).length}, in the part that an earlier run read: ${RESTORE}`,
    );
  });

  test('a file that is shorter', async () => {
    const path = await file('a.ndjson', lines(0, 3));
    const packed = await file('b.ndjson.gz', gzipSync(lines(0, 3)));
    const [from, fromPacked] = [await stand(path), await stand(packed)];
    const size = lines(0, 3).length;
    await truncate(path, 30);
    await refusal(
      [path],
      from,
      `${path}: an earlier run read ${size} bytes of it, and it has 30 now: ${RESTORE}`,
    );
    // Of the size it is told by, too, where its time is as it was.
    await writeFile(path, lines(0, 3));
    await age(path);
    const aged = await stand(path);
    await truncate(path, 30);
    await age(path);
    await expect(source([path], {}, aged)).rejects.toThrow(exit(3, expect.stringContaining('has 30 now')));
    await writeFile(packed, gzipSync(lines(0, 2)));
    await refusal(
      [packed],
      fromPacked,
      `${packed}: an earlier run read ${size} bytes of it, and it has ${lines(0, 2).length} now: ${RESTORE}`,
    );
  });

  test('a finished file that has grown', async () => {
    const c = await file('c.ndjson', line(9));
    const cases: [string, string | Uint8Array, string | Uint8Array, number][] = [
      ['a.ndjson', line(0), line(1), line(0).length],
      ['b.csv', 'id', ',name\n1,x\n', 2],
      ['d.csv', 'id\n', '\n1\n', 3],
      ['e.ndjson', line(0).trimEnd(), ' \n', line(0).length - 1],
      ['f.ndjson.gz', gzipSync(line(0)), gzipSync(line(1)), line(0).length],
      ['g.ndjson.gz', gzipSync(line(0)), gzipSync(line(1)).subarray(0, 12), line(0).length],
    ];
    for (const [name, content, more, offset] of cases) {
      const path = await file(name, content);
      const from = await stand(path, c);
      await appendFile(path, more);
      await refusal(
        [path, c],
        from,
        `${path}, byte ${offset}: changed after its end was read: only the last file that was read may go on; put new rows there or into a new file`,
      );
    }
  });

  test('a last line that was read and goes on', async () => {
    const message = (path: string, offset: number) =>
      `${path}, byte ${offset}: changed: the file ended there in a line without a newline, which an earlier run read as a row, and the line goes on now: end that line where it was, or start anew with --fresh`;
    for (const more of ['5', ' ', '\r5\n', ',b\n'])
      for (const content of ['id\n1', 'id,name\n1,a']) {
        const path = await file('a.csv', content);
        const from = await stand(path);
        await appendFile(path, more);
        await refusal([path], from, message(path, content.length));
      }
    // Packed bytes are unpacked as they are read.
    const packed = await file('a.csv.gz', gzipSync('id\n1'));
    const from = await stand(packed);
    await appendFile(packed, gzipSync('2\n'));
    const opened = await source([packed], {}, from);
    await expect(opened.read(10)).rejects.toThrow(exit(3, message(packed, 4)));
  });

  test('files that are missing, in another order, new before others', async () => {
    const a = await file('a.ndjson', lines(0, 2));
    const b = await file('b.ndjson', lines(2, 4));
    const c = await file('c.ndjson', lines(4, 6));
    const from = await stand(a, b);
    const missing = (path: string) =>
      `${path}: an earlier run read it, and it is not among the inputs: ${AGAIN}`;
    await refusal([a], from, missing(b));
    await refusal([b], from, missing(a));
    await refusal([b, c], from, missing(a));
    await refusal([b, a], from, `${a}: an earlier run read it before ${b}: ${AGAIN}`);
    await refusal(
      [c],
      from,
      `${c}: is in the place of ${a}, of which an earlier run read ${lines(0, 2).length} bytes, and does not begin with these: ${AGAIN}`,
    );
    const early = `${c}: is new and stands before ${b}, which an earlier run read: give it a name or a place behind the files that were read, or start anew with --fresh`;
    await refusal([a, c, b], from, early);
    await expect(source([at('none.ndjson'), b], {}, from)).rejects.toThrow(exit(2, expect.anything()));
  });

  test('a new file in a folder whose name sorts before others', async () => {
    await file('a.ndjson', lines(0, 2));
    const c = await file('c.ndjson', lines(2, 4));
    const from = await stand(at());
    const b = await file('b.ndjson', lines(4, 6));
    await refusal(
      [at()],
      from,
      `${b}: is new and stands before ${c}, which an earlier run read: give it a name or a place behind the files that were read, or start anew with --fresh`,
    );
    await rename(b, at('d.ndjson'));
    expect(ids(await readOn([at()], from))).toEqual([4, 5]);
  });

  test('the position of another kind of source', async () => {
    const path = await file('a.ndjson', lines(0, 2));
    for (const from of [{ rows: 3 }, { files: [{ path }] }, { files: [null] }])
      await refusal(
        [path],
        from,
        "source 'orders': an earlier run did not read it from files: read it again from where it came, or start anew with --fresh",
      );
  });

  test('a CSV file behind them that has a wrong header: exit 2, and what was opened is closed', async () => {
    const a = await file('a.ndjson', lines(0, 2));
    const from = await stand(a);
    const b = await file('b.csv', 'id,id\n');
    await expect(source([a, b], {}, from)).rejects.toThrow(
      exit(2, `${b}: the header has the name "id" twice`),
    );
    if (process.platform === 'linux') expect(await openPaths()).not.toContain(a);
  });
});

describe('follow, from a position', () => {
  const follow = { follow: true, pollMs: 5 };
  /** Reads so many rows. */
  async function take(files: readonly string[], from: SourcePosition | null, n: number) {
    const opened = await source(files, follow, from);
    const read: Read[] = [];
    let position: SourcePosition | null = from;
    while (read.length < n) {
      const batch = await opened.read(n - read.length);
      if (!batch) break;
      read.push(...linesOf(batch));
      position = batch.position();
    }
    return { read, position, opened };
  }

  test.each([
    ['a.ndjson', (text: string) => text],
    ['a.ndjson.gz', (text: string) => gzipSync(text)],
  ] as const)('%s: more rows come', async (name, pack) => {
    const path = await file(name, pack(lines(0, 3)));
    const { position } = await take([path], null, 2);
    const { read, opened } = await take([path], position, 1);
    expect(ids(read)).toEqual([2]);
    const waiting = opened.read(10);
    await appendFile(path, pack(lines(3, 5)));
    expect((await waiting)?.rows.map((row) => row?.id)).toEqual([3, 4]);
  });

  test('shorter ones are refused, and do not wait', async () => {
    for (const [name, pack] of [
      ['a.ndjson', (text: string) => text],
      ['b.ndjson.gz', (text: string) => gzipSync(text)],
    ] as const) {
      const path = await file(name, pack(lines(0, 3)));
      const { position } = await take([path], null, 3);
      await writeFile(path, pack(lines(0, 2)));
      await expect(source([path], follow, position)).rejects.toThrow(
        exit(3, expect.stringContaining('bytes of it, and it has')),
      );
    }
  });

  test('files that came into a folder keep the order in which they were read', async () => {
    await mkdir(at('in'));
    await file('in/b.ndjson', lines(0, 2));
    const { opened } = await take([at('in')], null, 2);
    await file('in/a.csv', 'id\n2\n3\n');
    const batch = await opened.read(1);
    expect(batch?.rows[0]?.id).toBe(2);
    await opened.close();
    await file('in/c.ndjson', lines(4, 5));
    const { read, opened: again, position } = await take([at('in')], batch?.position() ?? null, 2);
    expect(ids(read)).toEqual([3, 4]);
    expect(begunIn(position).map(({ path }) => path)).toEqual(
      ['b.ndjson', 'a.csv', 'c.ndjson'].map((name) => at(`in/${name}`)),
    );
    expect(ids(await readOn([at('in')], position))).toEqual([]);
    // The files before the last are still looked at.
    const waiting = again.read(1);
    await appendFile(at('in/b.ndjson'), line(9));
    await expect(waiting).rejects.toThrow(exit(3, expect.stringContaining('changed after its end was read')));
  });
});

test('with standard input among the files positions are null, and one that is given is not looked at', async () => {
  const a = await file('a.ndjson', lines(0, 2));
  const from = await stand(a);
  for (const given of [null, from, { rows: 1 }]) {
    const batch = await (await source([a, '-'], {}, given)).read(10);
    expect(batch?.rows.map((row) => row?.id)).toEqual([0, 1]);
    expect(batch?.position()).toBe(null);
  }
});
