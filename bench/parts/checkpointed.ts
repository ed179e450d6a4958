import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointLog } from '../../src/state/checkpoint/checkpoint-log.ts';
import type { Place } from '../group.ts';

/** Does work over checkpoints of its own, each durable through a power cut as is the default; to open and to close them is a part of it. */
export async function checkpointed(
  place: Place,
  job: string,
  work: (checkpoints: CheckpointLog) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(place.folder, 'state-'));
  const checkpoints = await CheckpointLog.open(folder, job);
  try {
    await work(checkpoints);
  } finally {
    await checkpoints.close();
    await rm(folder, { recursive: true });
  }
}
