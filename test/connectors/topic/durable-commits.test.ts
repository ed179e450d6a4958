import { expect, test } from '@jest/globals';
import { DurableCommits } from '../../../src/connectors/topic/durable-commits.ts';
import type { Offsets } from '../../../src/connectors/topic/topic-position.ts';

test('the first offsets are sent at once, of those that follow within a second the last ones, at the end', async () => {
  const sent: Offsets[] = [];
  const send = async (offsets: Offsets) => void sent.push(offsets);
  const commits = new DurableCommits('group g', send, () => {});
  for (let i = 1; i < 5; i++) commits.commit({ a: i });
  await commits.close();
  expect(sent).toEqual([{ a: 1 }, { a: 4 }]);
});

test('what goes wrong is tried again, told once, and thrown nowhere', async () => {
  const lines: string[] = [];
  let tries = 0;
  const send = async () => {
    tries++;
    throw new Error('away');
  };
  const commits = new DurableCommits('group g', send, (line) => lines.push(line));
  commits.commit({ a: 1 });
  while (tries < 1) await new Promise((resolve) => setImmediate(resolve));
  const closed = commits.close();
  await closed;
  expect(tries).toBeGreaterThan(3);
  expect(lines).toEqual(['group g is not told what is durable: away']);
}, 10_000);
