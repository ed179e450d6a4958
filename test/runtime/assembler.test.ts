import { describe, expect, test } from '@jest/globals';
import type { Source, SourceBatch } from '../../src/connectors/source.ts';
import { Assembler, type Gathered } from '../../src/runtime/assembler.ts';

const batchOf = (n: number): SourceBatch => ({
  n,
  rows: Array.from({ length: n }, () => ({})),
  rejects: [],
  offset: (i) => i,
  raw: () => new Uint8Array(),
  file: () => undefined,
  position: () => null,
});

/** A source that has so many rows in each read, however many are asked for; then it ends, or waits for ever. */
function sourceOf(name: string, reads: readonly number[], end: 'ends' | 'waits' = 'ends') {
  const left = [...reads];
  const asked: number[] = [];
  const source: Source = {
    name,
    replayable: true,
    label: name,
    async read(max) {
      asked.push(max);
      const next = left.shift();
      if (next === undefined) return end === 'ends' ? null : new Promise(() => {});
      if (next > max) left.unshift(next - max);
      return batchOf(Math.min(next, max));
    },
    async close() {},
  };
  return { source, asked };
}

async function epochsOf(assembler: Assembler): Promise<number[]> {
  const sizes: number[] = [];
  for (let epoch = await assembler.next(); epoch !== null; epoch = await assembler.next())
    sizes.push(epoch.endSeq - epoch.firstSeq);
  return sizes;
}

const bounds = { rows: 10, ms: 0, limit: Number.POSITIVE_INFINITY };

describe('by rows alone', () => {
  test('every epoch is full, the last may be shorter, an empty source has none', async () => {
    expect(await epochsOf(new Assembler([sourceOf('a', [25]).source], bounds))).toEqual([10, 10, 5]);
    expect(await epochsOf(new Assembler([sourceOf('a', [3, 4, 5, 6, 7]).source], bounds))).toEqual([
      10, 10, 5,
    ]);
    expect(await epochsOf(new Assembler([sourceOf('a', []).source], bounds))).toEqual([]);
  });

  test('no more is asked for than fits', async () => {
    const { source, asked } = sourceOf('a', [3, 4, 5]);
    await epochsOf(new Assembler([source], bounds));
    expect(asked).toEqual([10, 7, 3, 10, 8]);
  });

  test('the limit ends the run as the end of a file would', async () => {
    expect(await epochsOf(new Assembler([sourceOf('a', [100]).source], { ...bounds, limit: 25 }))).toEqual([
      10, 10, 5,
    ]);
  });

  test('an epoch is one cut through all sources, each with its share; what one lacks another fills', async () => {
    const assembler = new Assembler([sourceOf('a', [100]).source, sourceOf('b', [3]).source], {
      ...bounds,
      limit: 30,
    });
    const first = (await assembler.next()) as Gathered;
    expect(first.parts.map(({ source, batch }) => [source, batch.n])).toEqual([
      ['a', 5],
      ['b', 3],
      ['a', 1],
      ['a', 1],
    ]);
    expect(first.parts.map(({ firstSeq }) => firstSeq)).toEqual([0, 5, 8, 9]);
    expect(await epochsOf(assembler)).toEqual([10, 10]);
  });
});

describe('by time', () => {
  test('an epoch closes when its time is up, counted from its first row', async () => {
    const { source } = sourceOf('a', [3], 'waits');
    const assembler = new Assembler([source], { ...bounds, ms: 20 });
    expect((await assembler.next())?.endSeq).toBe(3);
    assembler.stop();
    expect(await assembler.next()).toBeNull();
  });

  test('a read under way when the time is up belongs to the next epoch', async () => {
    let answer: (batch: SourceBatch) => void = () => {};
    const reads = [
      Promise.resolve(batchOf(2)),
      new Promise<SourceBatch>((resolve) => {
        answer = resolve;
      }),
      Promise.resolve(null),
    ];
    const source: Source = {
      name: 'a',
      replayable: true,
      label: 'a',
      read: () => reads.shift() as Promise<SourceBatch | null>,
      async close() {},
    };
    const assembler = new Assembler([source], { ...bounds, ms: 10 });
    expect((await assembler.next())?.endSeq).toBe(2);
    answer(batchOf(4));
    const second = (await assembler.next()) as Gathered;
    expect([second.firstSeq, second.endSeq]).toEqual([2, 6]);
    expect(await assembler.next()).toBeNull();
  });
});

test('stop closes the open epoch with what it has', async () => {
  const assembler = new Assembler([sourceOf('a', [4], 'waits').source], bounds);
  const open = assembler.next();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assembler.stop();
  expect((await open)?.endSeq).toBe(4);
  expect(await assembler.next()).toBeNull();
});

test('a source that fails ends the epoch with its error', async () => {
  const source: Source = {
    name: 'a',
    replayable: true,
    label: 'a',
    read: () => Promise.reject(new Error('disk')),
    async close() {},
  };
  await expect(new Assembler([source], bounds).next()).rejects.toThrow('disk');
});

test('rows before a failure are given first, then the failure', async () => {
  const reads = [() => Promise.resolve(batchOf(3)), () => Promise.reject(new Error('torn'))];
  const source: Source = {
    name: 'a',
    replayable: true,
    label: 'a',
    read: () => (reads.shift() as () => Promise<SourceBatch>)(),
    async close() {},
  };
  const assembler = new Assembler([source], bounds);
  expect((await assembler.next())?.endSeq).toBe(3);
  await expect(assembler.next()).rejects.toThrow('torn');
});

/** A source that always has rows at hand. */
const ready = (name: string): Source => ({
  name,
  replayable: true,
  label: name,
  read: (max) => batchOf(Math.min(max, 5)),
  async close() {},
});

describe('sources that answer at once', () => {
  test('an epoch of fewer rows than sources does not starve any', async () => {
    const assembler = new Assembler([ready('a'), ready('b')], { ...bounds, rows: 1 });
    const read = [];
    for (let i = 0; i < 4; i++) read.push((await assembler.next())?.parts.map(({ source }) => source));
    expect(read).toEqual([['a'], ['b'], ['a'], ['b']]);
  });

  test('time ends an epoch though no source ever waits', async () => {
    // Far more than can be read in that time; not endless, so that an epoch of all of them fails.
    let reads = 2_000_000;
    const many: Source = { ...ready('a'), read: () => (reads-- > 0 ? batchOf(1) : null) };
    const assembler = new Assembler([many], { ...bounds, rows: Number.MAX_SAFE_INTEGER, ms: 1 });
    await assembler.next();
    expect(reads).toBeGreaterThan(0);
  });

  test('what one has answered is given before the fault of another is told', async () => {
    const broken: Source = { ...ready('a'), read: () => Promise.reject(new Error('broken')) };
    const slow: Source = { ...ready('b'), read: async () => batchOf(2) };
    const assembler = new Assembler([broken, slow], { ...bounds, ms: 1000 });
    const given: number[] = [];
    const told = (async () => {
      for (let epoch = await assembler.next(); epoch !== null; epoch = await assembler.next())
        given.push(epoch.endSeq - epoch.firstSeq);
    })();
    await expect(told).rejects.toThrow('broken');
    expect(given).toEqual([2]);
  });
});
