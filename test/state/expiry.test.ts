import { expect, test } from '@jest/globals';
import { Expiry } from '../../src/state/expiry.ts';

test('slots are due a ttl after their last arrival, the oldest first', () => {
  const expiry = new Expiry(10);
  expiry.touch(1);
  expiry.touch(2);
  expiry.commit(0);
  expiry.touch(1);
  expiry.commit(5);
  expect(expiry.due(9)).toEqual([]);
  expect(expiry.due(10)).toEqual([2]);
  expect(expiry.due(15)).toEqual([2, 1]);
});

test('touches and removals of an epoch that is taken back do not count', () => {
  const expiry = new Expiry(10);
  expiry.touch(1);
  expiry.commit(0);
  expiry.touch(1);
  expiry.remove(1);
  expiry.rollback();
  expect(expiry.due(10)).toEqual([1]);
});

test('a removed slot is due no more, and may come back', () => {
  const expiry = new Expiry(10);
  for (const slot of [1, 2, 3]) expiry.touch(slot);
  expiry.commit(0);
  expiry.remove(2);
  expiry.commit(1);
  expect(expiry.due(100)).toEqual([1, 3]);
  expiry.touch(2);
  expiry.commit(2);
  expect(expiry.due(100)).toEqual([1, 3, 2]);
});
