import { expect, test } from '@jest/globals';
import { memoryDatabase } from '../../../src/connectors/memory/memory-database.ts';
import { isPending } from '../../../src/maybe-promise.ts';
import { changes, claimOf, commitOf, never, table, use } from '../sql/fixture.ts';

const schema = table('kept', 1, { k: 'INT', v: 'INT' });
const put = (v: number) => changes(schema, { upserts: [{ k: 1, v }] });

test('rows and fence outlive close, and nothing is warned of', async () => {
  const memory = memoryDatabase({ kept: [{ k: 7, v: 7 }] });
  expect(await memory.prepare([use(schema)])).toEqual([]);
  await memory.claim(claimOf('j', 'o'));
  await memory.commit(commitOf(1, put(1)), never);
  await memory.close();
  expect(await memory.claim(claimOf('j', 'o', { epoch: 1 }))).toBe(1);
  expect(await memory.rows(schema)).toEqual([
    { k: 1, v: 1 },
    { k: 7, v: 7 },
  ]);
});

test('a commit answers at once', async () => {
  const memory = memoryDatabase();
  await memory.claim(claimOf('j', 'o'));
  expect(isPending(memory.commit(commitOf(1, put(1)), never))).toBe(false);
});
