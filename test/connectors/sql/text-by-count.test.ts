import { expect, test } from '@jest/globals';
import { textByCount } from '../../../src/connectors/sql/text-by-count.ts';

test('a text is made once for a number of rows, as long as it is used', () => {
  let made = 0;
  const text = textByCount((n) => `${n}:${++made}`);
  expect([text(3), text(3), text(2), text(3)]).toEqual(['3:1', '3:1', '2:2', '3:1']);
  for (let n = 100; n < 163; n++) text(n);
  // 64 are kept: 2 was used least lately.
  expect([text(3), text(2)]).toEqual(['3:1', '2:66']);
});
