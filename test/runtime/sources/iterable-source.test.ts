import { describe, expect, test } from '@jest/globals';
import { of } from 'rxjs';
import type { Source, SourcePosition, SourceSpec } from '../../../src/connectors/source.ts';
import { iterableSource } from '../../../src/runtime/sources/iterable-source.ts';
import { observableSource } from '../../../src/runtime/sources/observable-source.ts';

type Rows = Iterable<unknown> | AsyncIterable<unknown>;
const spec: SourceSpec = {
  schema: {
    kind: 'source',
    name: 's',
    columns: [{ name: 'v', type: 'INT', nullable: true, length: null, from: 'text' }],
    options: {},
  },
  keep: ['v'],
};
const at = (rows: Rows, from?: SourcePosition | null): Source =>
  iterableSource(rows, { ...spec, from: from ?? undefined });
const objects = (n: number): unknown[] =>
  Array.from({ length: n }, (_, v) => (v === 2 ? { v: 'bad' } : { v }));

/** Row by row: offset, value or reason, and the position behind. */
async function readAll(source: Source, max: number) {
  const read: { offset: number; value: unknown; position: SourcePosition | null }[] = [];
  for (let batch = await source.read(max); batch; batch = await source.read(max))
    for (let i = 0; i < batch.n; i++)
      read.push({
        offset: batch.offset(i),
        value: batch.rows[i]?.v ?? batch.rejects[0]?.reason,
        position: i === batch.n - 1 ? batch.position() : null,
      });
  await source.close();
  return read;
}

function* generated(n: number): Generator<unknown> {
  yield* objects(n);
}
async function* asynchronous(n: number): AsyncGenerator<unknown> {
  yield* objects(n);
}
const exit3 = (message: string) => expect.objectContaining({ exitCode: 3, message });

describe.each([
  ['an array', objects],
  ['a Set', (n: number) => new Set(objects(n))],
  ['an object that gives its rows each time', (n: number) => ({ [Symbol.iterator]: () => generated(n) })],
] as const)('%s is replayable', (_, rows) => {
  test('from behind every row the same rows come as in one run, and more', async () => {
    expect(at(rows(5)).replayable).toBe(true);
    const whole = await readAll(at(rows(5)), 1);
    expect(whole.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5].map((n) => ({ rows: n })));
    for (const [i, { position }] of whole.entries()) {
      expect(await readAll(at(rows(5), position), 1)).toEqual(whole.slice(i + 1));
      expect((await readAll(at(rows(6), position), 100)).map(({ value }) => value).at(-1)).toBe(5);
    }
  });

  test('with fewer rows than before, or the position of another kind of source: exit 3', () => {
    expect(() => at(rows(3), { rows: 4 })).toThrow(
      exit3(
        "source 's': an earlier run took 4 rows, and there are 3 now: give the same rows again, in order and before new ones, or start anew from an empty state",
      ),
    );
    expect(() => at(rows(3), { files: [] })).toThrow(
      exit3(
        "source 's': an earlier run did not take it from rows of a program: read it again from where it came, or start anew from an empty state",
      ),
    );
  });
});

test('what throws while rows are passed over is an error of the source', () => {
  const rows = {
    *[Symbol.iterator]() {
      yield { v: 1 };
      throw new Error('gone');
    },
  };
  expect(() => at(rows, { rows: 2 })).toThrow(
    expect.objectContaining({ exitCode: 1, message: "source 's' failed: gone" }),
  );
});

test.each<[string, () => Source]>([
  ['a generator', () => at(generated(2), { rows: 1 })],
  ['an iterator', () => at(objects(2).values(), { rows: 1 })],
  ['an async iterable', () => at(asynchronous(2), { rows: 1 })],
  ['an Observable', () => observableSource(of(...objects(2)), { ...spec, from: { rows: 1 } })],
])('%s is not replayable: it begins where it is, without positions', async (_, open) => {
  const source = open();
  expect(source.replayable).toBe(false);
  expect(await readAll(source, 1)).toEqual([0, 1].map((n) => ({ offset: n, value: n, position: null })));
});
