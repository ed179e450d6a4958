import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SqliteFile } from '../../../src/sqlite/sqlite-file.ts';
import { Block, encodeBlock, type KeptColumn } from '../../../src/state/checkpoint/block.ts';
import { CheckpointLog } from '../../../src/state/checkpoint/checkpoint-log.ts';
import { backUpCheckpoint, checkCopy, writeCopy } from '../../../src/state/checkpoint/copy-checkpoint.ts';
import { pack } from '../../../src/state/checkpoint/pack.ts';
import { checkpointPath } from '../../../src/state/checkpoint/paths.ts';

const COLUMNS: readonly KeptColumn[] = [{ name: 'v', type: 'VARCHAR' }];
const PART = { kind: 'state', owner: 'o', name: 'rows', columns: COLUMNS, description: 'rows at x' } as const;

let folder: string;
let directory: string;
const path = (name: string): string => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-copy-'));
  directory = path('state');
  await mkdir(directory);
});
afterEach(() => rm(folder, { recursive: true }));

/** Writes epochs, each a text at a place; the second comes with a chunk. */
async function written(epochs: number, job = 'j'): Promise<CheckpointLog> {
  const log = await CheckpointLog.open(directory, job);
  const [part] = await log.keep([PART]);
  const id = part?.id as number;
  for (let n = 0; n < epochs; n++) {
    const epoch = (log.last?.epoch ?? 0) + 1;
    const block = new Block(COLUMNS);
    (block.values[0] as string[])[block.add(epoch)] = 'x'.repeat(3000);
    const data = encodeBlock(block);
    await log.append([
      {
        epoch,
        head: `{"clock":${epoch}}`,
        outbox: Buffer.from(`outbox of ${epoch}`),
        state: pack([{ part: id, block: data }]),
        quarantined: [],
        chunks: epoch === 2 ? [{ part: id, number: 0, data }] : [],
      },
    ]);
  }
  return log;
}

async function alter(file: string, statement: string): Promise<void> {
  const opened = await SqliteFile.open(file);
  await opened.run(statement);
  await opened.close();
}

/** All that checkpoints hold. */
async function contentOf(file: string): Promise<unknown> {
  const opened = await SqliteFile.open(file, { readOnly: true });
  const tables = await Promise.all(
    ['meta', 'parts', 'epochs', 'chunks', 'quarantine'].map((table) => opened.rows(`SELECT * FROM ${table}`)),
  );
  await opened.close();
  return tables;
}

describe('backUpCheckpoint', () => {
  test('one file with all that is committed, while the log is open and goes on', async () => {
    const log = await written(5);
    const { epoch, bytes } = await backUpCheckpoint(directory, 'j', path('copy.db'));
    expect(epoch).toBe(5);
    expect(await readdir(folder)).toEqual(['copy.db', 'state']);
    expect((await readFile(path('copy.db'))).length).toBe(bytes);
    expect(await contentOf(path('copy.db'))).toEqual(await contentOf(checkpointPath(directory)));
    await log.close();
    await (await written(1)).close();
    expect(await checkCopy(path('copy.db'), 'j')).toBe(5);
    await writeCopy(path('copy.db'), path('again.db'));
    expect(await contentOf(path('again.db'))).toEqual(await contentOf(path('copy.db')));
    expect((await readdir(folder)).sort()).toEqual(['again.db', 'copy.db', 'state']);
  });

  test('before the first epoch there is none', async () => {
    await (await written(0)).close();
    expect(await backUpCheckpoint(directory, 'j', path('copy.db'))).toMatchObject({ epoch: undefined });
    expect(await checkCopy(path('copy.db'), 'j')).toBeUndefined();
  });

  test('what one that was killed left goes away', async () => {
    await (await written(1)).close();
    await writeFile(path('copy.db.new'), 'half');
    await backUpCheckpoint(directory, 'j', path('copy.db'));
    expect(await readdir(folder)).toEqual(['copy.db', 'state']);
  });

  test('a folder that is not there: exit 2; another job’s checkpoints: exit 3', async () => {
    await (await written(1)).close();
    await expect(backUpCheckpoint(directory, 'j', path('none/copy.db'))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('none/copy.db.new cannot be written'),
    });
    await expect(backUpCheckpoint(directory, 'k', path('copy.db'))).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining("belongs to the job 'j', not to 'k'"),
    });
    expect(await readdir(folder)).toEqual(['state']);
  });
});

describe('what is damaged is neither backed up nor restored', () => {
  /** Both ways refuse a file, and leave nothing. */
  async function refusesBoth(what: string): Promise<void> {
    await copyFile(path('bad.db'), checkpointPath(directory));
    await expect(checkCopy(path('bad.db'), 'j')).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining(`${path('bad.db')} is damaged: ${what}`),
    });
    await expect(backUpCheckpoint(directory, 'j', path('copy.db'))).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining(`${checkpointPath(directory)} is damaged`),
    });
    expect((await readdir(folder)).sort()).toEqual(['bad.db', 'state']);
  }

  beforeEach(async () => {
    await (await written(9)).close();
    await copyFile(checkpointPath(directory), path('bad.db'));
  });

  test.each([
    ["UPDATE epochs SET state = CAST(state || x'00' AS BLOB) WHERE epoch = 3", 'epoch 3 does not match'],
    ["UPDATE epochs SET head = '{}' WHERE epoch = 4", 'epoch 4 does not match its checksum'],
    ["UPDATE epochs SET outbox = x'00' WHERE epoch = 9", 'epoch 9 does not match its checksum'],
    ['DELETE FROM epochs WHERE epoch = 5', 'epoch 5 is missing'],
    ['UPDATE epochs SET state = NULL WHERE epoch = 6', 'the changes of epoch 6 are missing'],
    ['UPDATE epochs SET state = NULL WHERE epoch <= 9', 'the changes of epoch 9 are missing'],
    ["UPDATE chunks SET data = CAST(data || x'00' AS BLOB)", 'chunk 4294967296 does not match its checksum'],
    ['UPDATE chunks SET id = id + 1', 'chunk 4294967297 does not match its checksum'],
  ])('%s', async (statement, what) => {
    await alter(path('bad.db'), statement);
    await refusesBoth(what);
  });

  test('every page, overwritten', async () => {
    const good = await readFile(path('bad.db'));
    for (let at = 4096; at < good.length; at += 4096) {
      await writeFile(path('bad.db'), Buffer.from(good).fill(7, at, at + 4096));
      await refusesBoth('');
    }
  });

  test('the end, cut off', async () => {
    const good = await readFile(path('bad.db'));
    for (const pages of [1, 5]) {
      await writeFile(path('bad.db'), good.subarray(0, good.length - pages * 4096));
      await refusesBoth('');
    }
  });
});

describe('checkCopy', () => {
  test.each([
    ['no database', Buffer.from('words'.repeat(1000))],
    ['nothing', Buffer.alloc(0)],
  ])('%s is no copy: exit 2', async (_, content) => {
    await writeFile(path('x.db'), content);
    await expect(checkCopy(path('x.db'), 'j')).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('is no copy of a state: name a file that npx millrace backup'),
    });
  });

  test('a database of something else, a folder, nothing there: exit 2', async () => {
    await alter(path('x.db'), 'CREATE TABLE t (a)');
    for (const [file, message] of [
      ['x.db', 'is no copy of a state'],
      ['state', 'cannot be read'],
      ['none.db', 'cannot be read'],
    ] as const)
      await expect(checkCopy(path(file), 'j')).rejects.toMatchObject({
        exitCode: 2,
        message: expect.stringContaining(`${path(file)} ${message}`),
      });
    expect(existsSync(path('none.db'))).toBe(false);
  });

  test('another job’s, another format: exit 3', async () => {
    await (await written(1)).close();
    await backUpCheckpoint(directory, 'j', path('copy.db'));
    await expect(checkCopy(path('copy.db'), 'k')).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining("copy of the job 'j', not of 'k'"),
    });
    await alter(path('copy.db'), "UPDATE meta SET value = '1' WHERE key = 'format'");
    await expect(checkCopy(path('copy.db'), 'j')).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('has format 1, this version of millrace knows'),
    });
  });
});
