import { expect, test } from '@jest/globals';
import { recordSource } from '../../../src/connectors/topic/record-source.ts';
import { bigint, catalog, source } from '../../../src/dsl/index.ts';
import { refused } from '../../../src/errors.ts';
import type { SourceSchema } from '../../../src/plan/schema.ts';

const click = source({ id: bigint() });
const [schema] = catalog({ click }, { timeZone: 'UTC' }).schemas.sources;

const failing = (error: unknown) =>
  recordSource(
    { schema: schema as SourceSchema, keep: ['id'] },
    {
      topic: 'clicks',
      label: 'clicks of the old system',
      open: () => ({ next: () => Promise.reject(error), close: async () => {} }),
    },
  );

test('what a feed throws says of which source', async () => {
  await expect(failing(new Error('no way in')).read(10)).rejects.toMatchObject({
    exitCode: 1,
    message: "source 'click': clicks of the old system: no way in",
  });
});

test('an error of its own stays as it is', async () => {
  const error = refused('made anew');
  await expect(failing(error).read(10)).rejects.toBe(error);
});
