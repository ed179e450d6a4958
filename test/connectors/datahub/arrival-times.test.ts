import { expect, test } from '@jest/globals';
import { ArrivalTimes } from '../../../src/connectors/datahub/arrival-times.ts';

test('the time of a record is that of the mark before it, or of the first one', () => {
  const times = new ArrivalTimes();
  expect(times.at('0', 5)).toBe(0);
  times.note('0', 9, 900);
  times.note('0', 19, 1900);
  times.note('0', 29, 2900);
  times.note('1', 9, 7);
  expect([0, 9, 18, 19, 28, 29, 99].map((sequence) => times.at('0', sequence))).toEqual([
    900, 900, 900, 1900, 1900, 2900, 2900,
  ]);
  expect(times.at('1', 9)).toBe(7);
});
