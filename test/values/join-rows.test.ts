import { expect, test } from '@jest/globals';
import { joinRows } from '../../src/values/join-rows.ts';

test('the near columns, then the far ones, in order', () => {
  const joined = joinRows(['a', 'b'], ['c'])({ a: 1, b: null, x: 9 }, { c: 'far', a: 2 });
  expect(joined).toEqual({ a: 1, b: null, c: 'far' });
  expect(Object.keys(joined)).toEqual(['a', 'b', 'c']);
});

test('hostile names are names', () => {
  const near = JSON.parse('{"__proto__":1,"\\"];x":2}');
  const joined = joinRows(['__proto__', '"];x'], ["'\n"])(near, { "'\n": 3 });
  expect(Object.entries(joined)).toEqual([
    ['__proto__', 1],
    ['"];x', 2],
    ["'\n", 3],
  ]);
});
