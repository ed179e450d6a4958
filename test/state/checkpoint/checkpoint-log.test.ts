import { copyFile, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MillraceError } from '../../../src/errors.ts';
import { SqliteFile } from '../../../src/sqlite/sqlite-file.ts';
import { Block, decodeBlock, encodeBlock, type KeptColumn } from '../../../src/state/checkpoint/block.ts';
import { CheckpointLog } from '../../../src/state/checkpoint/checkpoint-log.ts';
import { pack } from '../../../src/state/checkpoint/pack.ts';
import { checkpointPath } from '../../../src/state/checkpoint/paths.ts';
import { RollingSnapshot } from '../../../src/state/checkpoint/rolling-snapshot.ts';
import type { StatePart } from '../../../src/state/checkpoint/state-part.ts';

const COLUMNS: readonly KeptColumn[] = [{ name: 'v', type: 'BIGINT' }];
const PART = { kind: 'state', owner: 'o', name: 'rows', columns: COLUMNS, description: 'an array' } as const;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-log-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** Numbers at places, kept by checkpoints. */
class Cells implements StatePart {
  readonly name = 'rows';
  readonly columns = COLUMNS;
  readonly cells: (number | undefined)[] = [];
  readonly open = new Set<number>();

  get end(): number {
    return this.cells.length;
  }
  set(place: number, value: number | undefined): void {
    this.cells[place] = value;
    this.open.add(place);
  }
  changed(into: Block): void {
    for (const place of this.open) this.#add(place, into);
    this.open.clear();
  }
  range(from: number, to: number, into: Block): void {
    for (let place = from; place < to; place++) if (this.cells[place] !== undefined) this.#add(place, into);
  }
  #add(place: number, into: Block): void {
    const value = this.cells[place];
    if (value === undefined) into.gone(place);
    else (into.values[0] as number[])[into.add(place)] = value;
  }
  restore(block: Block): void {
    let at = 0;
    for (let i = 0; i < block.n; i++)
      this.cells[block.places[i] as number] =
        block.flags[i] === 0 ? undefined : (block.values[0]?.[at++] as number);
  }
  restored(): void {}
}

/** Writes epochs, each of which changes some cells; answers the cells. */
async function write(epochs: number, snapshotAfter: number, cells = new Cells()): Promise<Cells> {
  const log = await CheckpointLog.open(directory, 'j', { synchronous: 'NORMAL', snapshotAfter });
  const [kept] = await log.keep([PART]);
  const id = kept?.id as number;
  const snapshot = new RollingSnapshot([{ id, part: cells }], await log.sizes(), snapshotAfter);
  const first = (log.last?.epoch ?? 0) + 1;
  for (let epoch = first; epoch < first + epochs; epoch++) {
    for (let i = 0; i < 50; i++) {
      const place = (epoch * 997 + i * 131) % 5000;
      cells.set(place, (epoch + i) % 7 === 0 ? undefined : epoch * 1000 + i);
    }
    const block = new Block(COLUMNS);
    cells.changed(block);
    const state = pack([{ part: id, block: encodeBlock(block) }]);
    const { chunks, from } = snapshot.next(epoch, state.length);
    const head = JSON.stringify({ epoch });
    const outbox = Buffer.from(`effects of ${epoch}`);
    await log.append([{ epoch, head, outbox, state, quarantined: [], chunks, snapshotFrom: from }]);
  }
  await log.close();
  return cells;
}

async function read(): Promise<{ readonly cells: Cells; readonly last: number | undefined }> {
  const log = await CheckpointLog.open(directory, 'j', { synchronous: 'NORMAL', expected: true });
  try {
    const cells = new Cells();
    await log.restore((_, block) => cells.restore(decodeBlock(block, COLUMNS)));
    return { cells, last: log.last?.epoch };
  } finally {
    await log.close();
  }
}

const present = ({ cells }: Cells) =>
  Object.fromEntries(Object.entries(cells).filter(([, value]) => value !== undefined));

/** Runs SQL on the file of the checkpoints. */
async function sql(text: string): Promise<readonly Record<string, unknown>[]> {
  const file = await SqliteFile.open(checkpointPath(directory), {});
  try {
    return await file.rows(text);
  } finally {
    await file.close();
  }
}

describe('a rolled snapshot and its log are the state', () => {
  for (const snapshotAfter of [0, 5000, 1e9])
    test(`whatever stands in which, after any number of epochs: a round after ${snapshotAfter} bytes`, async () => {
      let cells = new Cells();
      for (let round = 0; round < 8; round++) {
        cells = await write(23, snapshotAfter, cells);
        const found = await read();
        expect(found.last).toBe((round + 1) * 23);
        expect(present(found.cells)).toEqual(present(cells));
      }
    });

  test('changes that the snapshot holds go from the log, effects of 1000 epochs stay', async () => {
    await write(1500, 0);
    const [row] = await sql(
      'SELECT min(epoch) AS first, max(epoch) AS last, count(state) AS states FROM epochs',
    );
    expect(row?.last).toBe(1500);
    expect(row?.first).toBeLessThanOrEqual(501);
    expect(row?.first).toBeGreaterThan(1);
    expect(row?.states).toBeLessThan(500);
    const log = await CheckpointLog.open(directory, 'j');
    expect((await log.outboxAfter(1498))?.map(({ outbox }) => outbox.toString())).toEqual([
      'effects of 1499',
      'effects of 1500',
    ]);
    expect(await log.outboxAfter(1)).toBeUndefined();
    await log.close();
  }, 30_000);
});

test('a state that is put in the place of another is all that is read', async () => {
  await write(10, 3000);
  expect(await sql('SELECT id FROM chunks')).not.toEqual([]);
  const log = await CheckpointLog.open(directory, 'j', { synchronous: 'NORMAL' });
  const cells = new Cells();
  cells.set(3, 33);
  const block = new Block(COLUMNS);
  cells.changed(block);
  await log.replace(
    [{ ...PART, owner: 'another' }],
    ([kept]) => ({
      epoch: 11,
      head: '{"epoch":11}',
      outbox: Buffer.from('effects of 11'),
      state: pack([]),
      quarantined: [],
      chunks: [{ part: kept?.id as number, number: 0, data: encodeBlock(block) }],
    }),
    true,
  );
  expect(log.parts).toMatchObject([{ owner: 'another' }]);
  const outboxes = await log.outboxAfter(9);
  await log.close();
  expect(outboxes?.map(({ outbox }) => outbox.toString())).toEqual(['effects of 10', 'effects of 11']);
  expect(await sql('SELECT id FROM chunks')).toHaveLength(1);
  const found = await read();
  expect(found.last).toBe(11);
  expect(present(found.cells)).toEqual({ 3: 33 });
});

describe('damage is told, never read', () => {
  const damages = {
    'effects of an epoch': "UPDATE epochs SET outbox = x'00' WHERE epoch = 10",
    'the head of an epoch': "UPDATE epochs SET head = '{}' WHERE epoch = 10",
    'changes of an epoch': 'UPDATE epochs SET state = substr(state, 1, length(state) - 1) WHERE epoch = 9',
    'changes of another epoch':
      'UPDATE epochs SET state = (SELECT state FROM epochs WHERE epoch = 8) WHERE epoch = 9',
    'a chunk':
      "UPDATE chunks SET data = CAST(substr(data, 1, length(data) - 1) || x'ff' AS BLOB) WHERE id = (SELECT min(id) FROM chunks)",
    'an epoch that is missing': 'DELETE FROM epochs WHERE epoch = 9',
    'changes that are missing': 'UPDATE epochs SET state = NULL WHERE epoch = 9',
  };
  for (const [what, damage] of Object.entries(damages))
    test(what, async () => {
      await write(10, 3000);
      expect(await sql('SELECT id FROM chunks')).not.toEqual([]);
      await sql(damage);
      await expect(read()).rejects.toMatchObject({
        exitCode: 3,
        message: expect.stringMatching(/is damaged: .*--fresh/),
      });
    });
});

test('a log cut at any byte of its last transaction is that of the transaction before, or is told', async () => {
  await write(3, 1e9);
  // What is in the log beside the file is cut; a process that ended well has none.
  const held = await SqliteFile.open(checkpointPath(directory), {});
  await held.rows('PRAGMA wal_autocheckpoint = 0');
  const before = present((await read()).cells);
  const cells = await write(1, 1e9, (await read()).cells);
  const after = present(cells);
  const files = ['', '-wal'].map((suffix) => checkpointPath(directory) + suffix) as [string, string];
  const [whole, wal] = await Promise.all(files.map((file) => readFile(file)));
  await held.close();
  if (whole === undefined || wal === undefined) throw new Error('no log');
  expect(wal.length).toBeGreaterThan(4096);
  const seen = new Set<number | undefined>();
  for (let end = 0; end <= wal.length; end += end % 4096 > 100 && end % 4096 < 4000 ? 61 : 1) {
    await rm(`${files[0]}-shm`, { force: true });
    await writeFile(files[0], whole);
    await writeFile(files[1], wal.subarray(0, end));
    try {
      const found = await read();
      seen.add(found.last);
      expect(present(found.cells)).toEqual(found.last === 4 ? after : before);
    } catch (error) {
      expect(error).toBeInstanceOf(MillraceError);
    }
  }
  expect([...seen].sort()).toEqual([3, 4]);
}, 60_000);

test('a file cut anywhere is read as it was, or told', async () => {
  await write(10, 3000);
  const path = checkpointPath(directory);
  const copy = join(directory, 'copy');
  await copyFile(path, copy);
  const { size } = await stat(path);
  const whole = present((await read()).cells);
  for (let end = 1; end < size; end += 1021) {
    await copyFile(copy, path);
    const file = await open(path, 'r+');
    await file.truncate(end);
    await file.close();
    const found = await read().catch((error: unknown) => error);
    if (found instanceof MillraceError) expect(found.message).toContain('checkpoint.db');
    else expect(present((found as { cells: Cells }).cells)).toEqual(whole);
  }
});
