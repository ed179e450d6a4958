import { expect, test } from '@jest/globals';
import { parts } from '../../../src/connectors/sql/parts.ts';

test('parts keep the order, and neither the number nor the weight is exceeded but by one alone', () => {
  const cut = (weights: number[], most: number, bytes: number) => [...parts(weights, most, bytes, (w) => w)];
  expect(cut([], 2, 10)).toEqual([]);
  expect(cut([1, 1, 1, 1, 1], 2, 10)).toEqual([[1, 1], [1, 1], [1]]);
  expect(cut([4, 6, 1, 20, 3], 9, 10)).toEqual([[4, 6], [1], [20], [3]]);
});
