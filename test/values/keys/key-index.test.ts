import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rowKey, valueKey } from '../../../src/values/keys/key-form.ts';
import { hashValue } from '../../../src/values/keys/key-hash.ts';
import { KeyIndex, NONE } from '../../../src/values/keys/key-index.ts';
import type { Row, Value } from '../../../src/values/sql-type.ts';
import { withoutCodeGeneration } from '../without-code-generation.ts';

const value = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '\0', '\u0001', '中', '\ud83d') }),
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true }),
  fc.bigInt({ min: -3n, max: 3n }),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
);
const row = (values: readonly Value[]): Row => Object.fromEntries(values.map((v, i) => [`c${i}`, v]));
const same = (a: readonly Value[], b: readonly Value[]): boolean => a.every((v, i) => v === b[i]);

describe.each([
  ['generated', <T>(make: () => T): T => make()],
  ['without code generation', withoutCodeGeneration],
])('the key of rows, %s', (_, within) => {
  const names = (n: number) => Array.from({ length: n }, (_, i) => `c${i}`);

  test.each([1, 2, 3])('of %d columns: found exactly where all parts are equal', (n) => {
    const values = fc.array(value, { minLength: n, maxLength: n });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const index = within(() => new KeyIndex(rowKey(names(n))));
        expect(index.slot(row(a))).toBe(~0);
        expect(index.find(row([...a]))).toBe(0);
        expect(index.find(row(b))).toBe(same(a, b) ? 0 : NONE);
      }),
      { numRuns: 1000 },
    );
  });

  test('look-alikes are keys of their own', () => {
    const pieces = ['', 'a', ';', '1', '\0', '\u0001', 'null', 'a'.repeat(300)];
    const values: Value[] = [
      ...new Set(pieces.flatMap((a) => pieces.map((b) => a + b))),
      null,
      1,
      1n,
      true,
      false,
    ];
    const index = within(() => new KeyIndex(rowKey(['a', 'b'])));
    for (const a of values) for (const b of values) expect(index.slot({ a, b })).toBeLessThan(0);
    expect(index.size).toBe(values.length ** 2);
  });

  test('−0 and 0 are one key', () => {
    const index = within(() => new KeyIndex(rowKey(['a', 'b'])));
    index.slot({ a: -0, b: 'x' });
    expect(index.find({ a: 0, b: 'x' })).toBe(0);
  });

  test('without columns there is one key', () => {
    const index = within(() => new KeyIndex(rowKey([])));
    expect(index.find({ id: 1 })).toBe(NONE);
    expect(index.slot({ id: 1 })).toBe(~0);
    expect(index.slot({ id: 2 })).toBe(0);
    expect(index.holds(0)).toBe(true);
  });

  test('column names are no code', () => {
    const name = `"];throw new Error('ran');//\u2028`;
    const index = within(() => new KeyIndex(rowKey([name])));
    index.slot({ [name]: 5 });
    expect(index.find({ [name]: 5 })).toBe(0);
  });
});

test('equal values have one hash', () => {
  fc.assert(fc.property(value, (a) => expect(hashValue(a === 0 ? -0 : a)).toBe(hashValue(a))));
});

/** A hash of few values: each is a chain of its own. */
const colliding = () => ({ ...valueKey(), hash: (of: Value) => Number(of) % 3 });

test.each([
  ['', valueKey],
  [', all in three chains', colliding],
])('as a Map does, whatever comes and goes%s', (_, key) => {
  const step = fc.tuple(fc.constantFrom('add', 'drop', 'hide', 'clear'), fc.integer({ min: 0, max: 40 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const index = new KeyIndex(key());
      const wanted = new Map<Value, number>();
      const hidden: number[] = [];
      for (const [what, of] of steps) {
        const slot = wanted.get(of);
        if (what === 'add') {
          const got = index.slot(of);
          expect(got).toBe(slot ?? got);
          expect(got < 0).toBe(slot === undefined);
          const given = got < 0 ? ~got : got;
          if (got < 0) expect([...wanted.values(), ...hidden]).not.toContain(given);
          wanted.set(of, given);
        } else if (what === 'clear' && of === 0) {
          index.clear();
          wanted.clear();
          hidden.length = 0;
        } else if (slot !== undefined) {
          index.unlink(slot);
          wanted.delete(of);
          if (what === 'hide') hidden.push(slot);
          else index.free(slot);
        }
        expect(index.size).toBe(wanted.size);
        for (let n = 0; n <= 40; n++) expect(index.find(n)).toBe(wanted.get(n) ?? NONE);
      }
    }),
    { numRuns: 200 },
  );
});

test.each([
  ['', valueKey],
  [', all in three chains', colliding],
])('many at once: as one after the other%s', (_, key) => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 60 })), (batches) => {
      const one = new KeyIndex(key());
      const many = new KeyIndex(key());
      for (const batch of batches) {
        const slots = new Int32Array(60);
        many.finds(batch, batch.length, slots);
        expect([...slots.subarray(0, batch.length)]).toEqual(batch.map((of) => one.find(of)));
        many.slots(batch, batch.length, slots);
        expect([...slots.subarray(0, batch.length)]).toEqual(batch.map((of) => one.slot(of)));
      }
    }),
  );
});

test('an unlinked key comes back to its slot', () => {
  const index = new KeyIndex(valueKey());
  for (let n = 0; n < 100; n++) index.slot(n);
  index.unlink(7);
  expect(index.find(7)).toBe(NONE);
  expect(index.holds(7)).toBe(true);
  index.relink(7);
  expect(index.find(7)).toBe(7);
  expect(() => {
    index.unlink(7);
    index.unlink(7);
  }).toThrow('slot 7 is not in the table');
});

test('a table that was large is small again after it held little', () => {
  const index = new KeyIndex(valueKey());
  for (let n = 0; n < 10_000; n++) index.slot(n);
  index.clear();
  index.slot('x');
  index.clear();
  for (let n = 0; n < 100; n++) expect(index.slot(n)).toBe(~n);
  expect(index.size).toBe(100);
});

/** Texts, and numbers, made to cancel out in a hash whose secret is only added to its input. */
const differing = (high: number): string =>
  String.fromCharCode(
    ...[...'11111111'].map((c, i) => c.charCodeAt(0) ^ ([0, high, 0, high, 0, 1, 2, 0][i] ?? 0)),
  );
const texts = Array.from({ length: 1 << 12 }, (_, bits) =>
  Array.from({ length: 12 }, (_, i) => ((bits >> i) & 1 ? differing(0x8000) : '11111111')).join(''),
);
const doubles = Array.from({ length: 4096 }, (_, i) => {
  const words = new Int32Array(2);
  words[1] = 0x41e00000 + i;
  words[0] = Math.imul(words[1], 0x01000193) ^ 12_345;
  return new Float64Array(words.buffer)[0] as number;
});
test.each([
  ['texts', texts],
  ['numbers', doubles],
  ['bigints', doubles.map((_, i) => (BigInt(i) << 32n) | BigInt(Math.imul(i, 0x01000193) >>> 0))],
  ['small numbers', doubles.map((_, i) => i)],
])('%s do not share hashes by plan', (_, values: readonly Value[]) => {
  expect(new Set(values).size).toBe(4096);
  expect(new Set(values.map(hashValue)).size).toBeGreaterThan(4080);
});
