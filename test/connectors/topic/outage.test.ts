import { expect, test } from '@jest/globals';
import { Outage } from '../../../src/connectors/topic/outage.ts';

test('each reason is told once in an outage, pauses grow, and the end is told', () => {
  const lines: string[] = [];
  const outage = new Outage('broker', (line) => lines.push(line));
  outage.back();
  const pauses = ['a', 'b', 'a', 'b'].map((reason) => outage.lost(new Error(reason)));
  expect(pauses).toEqual([100, 200, 400, 800]);
  expect(outage.open).toBe(true);
  outage.back();
  outage.back();
  expect(outage.lost(new Error('a'))).toBe(100);
  expect(lines).toEqual([
    'broker: a; waiting until it is back',
    'broker: b; waiting until it is back',
    expect.stringMatching(/^broker: back after [0-9.]+ s$/),
    'broker: a; waiting until it is back',
  ]);
});

test('pauses grow up to the longest', () => {
  const outage = new Outage('broker', () => {}, 150);
  expect([1, 2, 3].map(() => outage.lost(new Error('a')))).toEqual([100, 150, 150]);
});
