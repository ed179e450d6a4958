import { expect, test } from '@jest/globals';
import { EventRate } from '../../../src/connectors/collect/event-rate.ts';
import { Refusal } from '../../../src/connectors/collect/refusal.ts';

test('a second of events at once, a debt for more, and then as many as time allows', () => {
  let now = 0;
  const rate = new EventRate(10, () => now);
  const answer = (events: number): number | string => {
    try {
      rate.take(events);
      return 200;
    } catch (error) {
      const { status, headers } = (error as Refusal).answer;
      return `${status} ${headers?.['retry-after']}`;
    }
  };
  const steps: [at: number, events: number, answer: number | string][] = [
    [0, 4, 200],
    [0, 36, 200], // 30 too many: three seconds
    [0, 1, '429 3'],
    [2000, 0, '429 1'],
    [3000, 1, '429 1'],
    [3100, 1, 200],
    [3100, 1, '429 1'],
    [99_000, 10, 200], // no more is saved than a second's
    [99_000, 1, '429 1'],
  ];
  for (const [at, events, wanted] of steps) {
    now = at;
    expect([at, events, answer(events)]).toEqual([at, events, wanted]);
  }
  expect(() => rate.take(1)).toThrow(Refusal);
});
