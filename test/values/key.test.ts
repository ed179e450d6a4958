import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeKey } from '../../src/values/key.ts';
import type { Value } from '../../src/values/sql-type.ts';
import { withoutCodeGeneration } from './without-code-generation.ts';

// Texts made of what the encoding itself uses, so that collisions would be found.
const piece = fc.constantFrom(
  '',
  'a',
  ':',
  ';',
  '1',
  '\0',
  '\u0001',
  '\u0005',
  '\u0006',
  '\u0010',
  '\u0011',
  'x'.repeat(240),
  'null',
);
const text = fc.array(piece, { maxLength: 3 }).map((pieces) => pieces.join(''));
const value: fc.Arbitrary<Value> = fc.oneof(
  text,
  fc.integer({ min: -2, max: 12 }),
  fc.double({ noNaN: true }),
  fc.bigInt(-2n, 12n),
  fc.boolean(),
  fc.constant(null),
);
const row = (values: readonly Value[]) => Object.fromEntries(values.map((v, i) => [`c${i}`, v]));
const same = (a: readonly Value[], b: readonly Value[]) => a.every((v, i) => v === b[i]);

describe.each([
  ['generated', <T>(make: () => T): T => make()],
  ['without code generation', withoutCodeGeneration],
])('encodeKey, %s', (_, within) => {
  test.each([2, 3])('of %d columns: equal exactly where all parts are', (n) => {
    const key = within(() => encodeKey(Array.from({ length: n }, (_, i) => `c${i}`)));
    const values = fc.array(value, { minLength: n, maxLength: n });
    fc.assert(
      fc.property(values, values, (a, b) => expect(key(row(a)) === key(row(b))).toBe(same(a, b))),
      { numRuns: 3000 },
    );
    fc.assert(fc.property(values, (a) => expect(key(row(a))).toBe(key(row([...a])))));
  });

  test('no two of many look-alikes share a key', () => {
    const pieces = [
      '',
      'a',
      ';',
      '1',
      '\0',
      '\u0001',
      '\u0005',
      '\u0006',
      '\u0010',
      '\u0011',
      '\u0012',
      '5;a',
    ];
    const texts = new Set(pieces.flatMap((a) => pieces.map((b) => a + b)));
    const values: Value[] = [
      ...texts,
      null,
      1,
      11,
      1n,
      true,
      false,
      '\u00051;1',
      'a'.repeat(239),
      'a'.repeat(240),
      'a'.repeat(241),
    ];
    const key = within(() => encodeKey(['a', 'b']));
    const keys = new Set(values.flatMap((a) => values.map((b) => key({ a, b }))));
    expect(keys.size).toBe(values.length ** 2);
  });

  test('parts do not run into one another', () => {
    const key = within(() => encodeKey(['a', 'b']));
    expect(key({ a: 'a', b: 'b:c' })).not.toBe(key({ a: 'a:b', b: 'c' }));
    expect(key({ a: 'x', b: null })).not.toBe(key({ a: 'x', b: 'null' }));
    expect(key({ a: null, b: 'x' })).not.toBe(key({ a: 'null', b: 'x' }));
    expect(key({ a: '', b: null })).not.toBe(key({ a: null, b: '' }));
    expect(key({ a: 1, b: 'x' })).not.toBe(key({ a: '1', b: 'x' }));
    expect(key({ a: -0, b: 'x' })).toBe(key({ a: 0, b: 'x' }));
  });

  test('one column: the value itself', () => {
    const key = within(() => encodeKey(['id']));
    expect([7, 'x', 7n, null, true].map((id) => key({ id }))).toEqual([7, 'x', 7n, null, true]);
    expect(Object.is(key({ id: -0 }), 0)).toBe(true);
  });

  test('no column: one key', () => {
    const key = within(() => encodeKey([]));
    expect(key({ id: 1 })).toBe(key({ id: 2 }));
  });

  test('column names are no code', () => {
    const name = `"];throw new Error('ran');//\u2028`;
    expect(within(() => encodeKey([name]))({ [name]: 5 })).toBe(5);
  });
});
