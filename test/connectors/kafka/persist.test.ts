import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { KafkaFault, type KafkaFaultKind } from '../../../src/connectors/kafka/kafka-fault.ts';
import { persist } from '../../../src/connectors/kafka/persist.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** Tries something whose faults change with the time: each lasts until so many seconds are over. What came of it, and when. */
async function tried(
  phases: readonly (readonly [KafkaFaultKind, number])[],
  { limit, stopAt }: { limit?: number; stopAt?: number } = {},
) {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const log: string[] = [];
  const stopping = new AbortController();
  if (stopAt !== undefined) setTimeout(() => stopping.abort(), stopAt * 1000);
  const attempt = async () => {
    const phase = phases.find(([, until]) => seconds() < until);
    if (phase) throw new KafkaFault(phase[0], `it is ${phase[0]}`);
    return 'done';
  };
  let ended: unknown;
  void persist(attempt, {
    ...{ label: 'Kafka', log: (line: string) => log.push(line), signal: stopping.signal },
    ...(limit === undefined ? {} : { limit }),
  }).then(
    (result) => {
      ended = result;
    },
    (error) => {
      ended = error;
    },
  );
  while (ended === undefined && seconds() < 100) await jest.advanceTimersByTimeAsync(10);
  return { ended, seconds: seconds(), log };
}

test('waits without end while the cluster is away, and says so once', async () => {
  const { ended, log } = await tried([['away', 60]]);
  expect(ended).toBe('done');
  expect(log).toEqual([
    'Kafka: it is away; waiting until it is back',
    expect.stringMatching(/^Kafka: back after 6\d(\.\d)? s$/),
  ]);
});

test('a broker that is back knows no topics for a moment, however long it was away', async () => {
  expect(
    (
      await tried([
        ['away', 20],
        ['unknown topic', 23],
      ])
    ).ended,
  ).toBe('done');
  expect(
    (
      await tried([
        ['unknown topic', 4],
        ['away', 6],
        ['unknown topic', 9],
      ])
    ).ended,
  ).toBe('done');
  const gone = await tried([
    ['away', 2],
    ['unknown topic', 50],
  ]);
  expect(gone.ended).toMatchObject({ kind: 'unknown topic' });
  expect(gone.seconds).toBeGreaterThan(7);
  expect(gone.seconds).toBeLessThan(10);
});

test.each(['final', 'too large'] as const)('%s passes through at once', async (kind) => {
  expect(await tried([[kind, 50]])).toMatchObject({ ended: { kind }, seconds: 0.01, log: [] });
});

test('has a limit where there is one', async () => {
  const { ended, seconds } = await tried([['away', 50]], { limit: 15_000 });
  expect(ended).toMatchObject({
    exitCode: 1,
    message: expect.stringMatching(/^Kafka is not reachable, tried for 1\d s: it is away$/),
  });
  expect(seconds).toBeLessThan(21);
});

test('ends where it is stopped, also in a pause', async () => {
  const { ended, seconds } = await tried([['away', 50]], { stopAt: 12.345 });
  expect(ended).toMatchObject({
    exitCode: 1,
    message: expect.stringContaining('stopped while waiting for Kafka: it is away'),
  });
  expect(seconds).toBeCloseTo(12.35);
});

test('an attempt that does not answer ends 5 s after it is stopped', async () => {
  const stopping = new AbortController();
  const silent = new Promise<never>(() => {});
  const waiting = persist(() => silent, { label: 'Kafka', log: () => {}, signal: stopping.signal });
  const ended = expect(waiting).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringContaining('no answer'),
  });
  stopping.abort();
  await jest.advanceTimersByTimeAsync(5000);
  await ended;
  expect(jest.getTimerCount()).toBe(0);
});
