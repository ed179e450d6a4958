import { expect, test } from '@jest/globals';
import { nearest } from '../../src/plan/nearest.ts';

test.each([
  ['gmt_modifed', ": did you mean 'gmt_modified'?"],
  ['gmt_modfiied', ": did you mean 'gmt_modified'?"],
  ['GMT_MODIFIED', ": did you mean 'gmt_modified'?"],
  ['idd', ": did you mean 'id'?"],
  ['price', ''],
  ['zz', ''],
])('%s%s', (word, hint) => {
  expect(nearest(word, ['id', 'gmt_created', 'gmt_modified', 'order_no'])).toBe(hint);
});
