import { expect, test } from '@jest/globals';
import { show } from '../../src/values/show.ts';

const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;

test.each<[unknown, string]>([
  ['a', "'a'"],
  [`${'x'.repeat(59)}😀`, `'${'x'.repeat(59)}…'`],
  [-0.5, '-0.5'],
  [5n, '5n'],
  [undefined, 'undefined'],
  [null, 'null'],
  [true, 'true'],
  [[1, 'a'], '[1,"a"]'],
  [cyclic, 'an object'],
  [{ toJSON: () => undefined }, 'an object'],
  [new Date(0), '1970-01-01T00:00:00.000Z'],
  [Symbol('s'), 'a symbol'],
])('%p is shown as %s', (value, text) => expect(show(value)).toBe(text));

test('long objects are cut', () => expect(show({ a: 'x'.repeat(100) })).toBe(`{"a":"${'x'.repeat(54)}…`));
