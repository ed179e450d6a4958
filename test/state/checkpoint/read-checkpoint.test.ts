import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CheckpointLog } from '../../../src/state/checkpoint/checkpoint-log.ts';
import { pack } from '../../../src/state/checkpoint/pack.ts';
import { checkpointPath } from '../../../src/state/checkpoint/paths.ts';
import { readCheckpoint } from '../../../src/state/checkpoint/read-checkpoint.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-read-'));
});
afterEach(() => rm(directory, { recursive: true }));

const append = (log: CheckpointLog, epoch: number) =>
  log.append([
    {
      ...{ epoch, head: `{"clock":${epoch}}`, outbox: Buffer.from('outbox'), quarantined: [], chunks: [] },
      state: pack([{ part: 1, block: Buffer.of(epoch) }]),
    },
  ]);

test.each([
  ['all that is read belongs to one epoch', true, [1, 2]],
  ['without that, what is committed meanwhile is seen', false, [1, 2, 3]],
])('%s', async (_, oneEpoch, wanted) => {
  const log = await CheckpointLog.open(directory, 'j');
  await append(log, 1);
  await append(log, 2);
  const read = await readCheckpoint(
    directory,
    async (reader) => {
      await append(log, 3);
      const epochs: number[] = [];
      await reader.state((_part, block) => epochs.push(block[0] as number));
      const { outbox } = await reader.sizes();
      return { last: reader.last?.epoch, epochs, outbox: outbox / 'outbox'.length };
    },
    { oneEpoch },
  );
  expect(read).toEqual({ last: 2, epochs: wanted, outbox: wanted.length });
  await log.close();
});

test('nothing there: undefined; another job’s, or an empty file: exit 3', async () => {
  const read = (job: string) => readCheckpoint(directory, async ({ last }) => last?.epoch ?? 0, { job });
  expect(await read('j')).toBeUndefined();
  await (await CheckpointLog.open(directory, 'j')).close();
  expect(await read('j')).toBe(0);
  await expect(read('k')).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringContaining("belongs to the job 'j', not to 'k'"),
  });
  await writeFile(checkpointPath(directory), '');
  await expect(read('j')).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringContaining('is damaged: it is empty'),
  });
});
