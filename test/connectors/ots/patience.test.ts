import { expect, test } from '@jest/globals';
import { OtsFault } from '../../../src/connectors/ots/ots-fault.ts';
import { patience } from '../../../src/connectors/ots/patience.ts';

const away = (reason: string) => new OtsFault('away', `${reason} (request 00-${Math.random()})`);
/** A call that fails for these reasons, then works. */
const failing = (...reasons: readonly string[]) => {
  const left = [...reasons];
  return async () => {
    const reason = left.shift();
    if (reason !== undefined) throw away(reason);
    return 'done';
  };
};

test('a reason is told when it changes, not with each request; the end once', async () => {
  const lines: string[] = [];
  const { persist } = patience('ots://x', (line) => lines.push(line), 1);
  expect(await persist(failing('busy', 'busy', 'slow', 'slow'), {})).toBe('done');
  expect(await persist(failing('busy'), { most: 3 })).toBe('done');
  expect(await persist(failing(), {})).toBe('done');
  expect(lines.map((line) => line.replace(/[\d.]+ s$/, '# s'))).toEqual([
    'ots://x: busy; waiting until it works',
    'ots://x: slow; waiting until it works',
    'ots://x: works again after # s',
    'ots://x: busy; trying up to 3 times more',
    'ots://x: works again after # s',
  ]);
});

test('while one waits, those that work say nothing', async () => {
  const lines: string[] = [];
  const { persist } = patience('ots://x', (line) => lines.push(line), 1);
  const slow = persist(failing(...Array.from({ length: 8 }, () => 'busy')), {});
  for (let i = 0; i < 3; i++) await persist(failing('busy'), {});
  await slow;
  expect(lines.length).toBe(2);
});

test('a fault that does not pass, and an error of any other kind, end it at once', async () => {
  const { persist } = patience('ots://x', () => {}, 1);
  for (const error of [new OtsFault('final', 'no'), new OtsFault('condition', 'no'), new TypeError('no')]) {
    let calls = 0;
    const call = async () => {
      calls++;
      throw error;
    };
    await expect(persist(call, {})).rejects.toBe(error);
    expect(calls).toBe(1);
  }
});

test('the signal ends a wait at once', async () => {
  const { persist } = patience('ots://x', () => {}, 3_600_000);
  const stop = new AbortController();
  const waiting = persist(failing('busy', 'busy'), { signal: stop.signal });
  setImmediate(() => stop.abort());
  await expect(waiting).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringContaining('stopped while waiting for ots://x: busy'),
  });
});
