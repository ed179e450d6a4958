import { describe, expect, test } from '@jest/globals';
import { DriverError } from '../../../src/connectors/sql/fault.ts';
import { persist } from '../../../src/connectors/sql/retry.ts';
import { refused } from '../../../src/errors.ts';
import { errorOf } from './fixture.ts';

const lost = () => new DriverError('x', 'ECONNRESET', undefined);
const refusedThere = () => new DriverError('x', 'ECONNREFUSED', undefined);
const deadlock = () => new DriverError('Deadlock found', 'ER_LOCK_DEADLOCK', undefined);

/** An attempt that fails in turn with these, then answers 7. */
function failing(...errors: readonly (() => Error)[]) {
  let at = 0;
  return {
    tried: () => at,
    attempt: async () => {
      const error = errors[at++];
      if (error) throw error();
      return 7;
    },
  };
}

describe('persist', () => {
  test('waits for a database that is away, with a line for each reason and one when it is back', async () => {
    const lines: string[] = [];
    const { attempt, tried } = failing(lost, refusedThere, refusedThere);
    expect(await persist(attempt, { label: 'mysql://h/d', log: (line) => lines.push(line) })).toBe(7);
    expect(tried()).toBe(4);
    expect(lines).toEqual([
      'mysql://h/d: connection lost; waiting until it is back',
      'mysql://h/d: connection refused; waiting until it is back',
      expect.stringMatching(/^mysql:\/\/h\/d: back after 0\.\d s$/),
    ]);
  });

  test('tries a deadlock again', async () => {
    const lines: string[] = [];
    expect(await persist(failing(deadlock).attempt, { label: 'd', log: (line) => lines.push(line) })).toBe(7);
    expect(lines).toEqual(['d: Deadlock found; trying again']);
  });

  test('gives up after its limit, exit 1', async () => {
    const start = performance.now();
    const error = await errorOf(
      persist(() => Promise.reject(lost()), { label: 'd', log: () => {}, limit: 300 }),
    );
    expect(error).toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/^d is not reachable, tried for 0\.[34] s: connection lost$/),
    });
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test('other errors pass at once, as they are', async () => {
    const wrongSql = new DriverError('syntax', '42601', undefined);
    await expect(persist(() => Promise.reject(wrongSql), { label: 'd', log: () => {} })).rejects.toBe(
      wrongSql,
    );
    const moved = refused('moved');
    await expect(persist(() => Promise.reject(moved), { label: 'd', log: () => {} })).rejects.toBe(moved);
  });

  test('a signal ends the wait with exit 1, not an attempt that goes through', async () => {
    const stop = new AbortController();
    const waiting = persist(() => Promise.reject(lost()), { label: 'd', log: () => {}, signal: stop.signal });
    setTimeout(() => stop.abort(), 250);
    expect(await errorOf(waiting)).toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('stopped while waiting for d: connection lost'),
    });
    const slow = () => new Promise<number>((resolve) => setTimeout(resolve, 50, 7));
    expect(await persist(slow, { label: 'd', log: () => {}, signal: stop.signal })).toBe(7);
  });
});
