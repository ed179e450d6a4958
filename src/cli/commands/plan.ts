import { existsSync } from 'node:fs';
import { readCheckpoint } from '../../state/checkpoint/read-checkpoint.ts';
import { refuseMissing, refuseOtherState } from '../../state/state-directory.ts';
import type { Arguments } from '../arguments.ts';
import { namedState } from '../existing-state.ts';
import { loadJob } from '../load-job.ts';
import { validJob } from '../valid-job.ts';
import { write } from '../write.ts';

/**
 * `millrace plan`: what becomes of each operator's state and of each table when the job as it is now goes on from its state; also while the job
 * runs. Nothing is changed. An edit that cannot be made: exit 3.
 */
export async function plan(args: Arguments): Promise<number> {
  const { job, directory } = await namedState(args);
  const { plan: edited } = validJob(await loadJob(job));
  const json = args.has('json');
  if (existsSync(directory)) {
    await refuseOtherState(directory, job);
    await refuseMissing(directory);
  }
  const { editJson, editOf, editText } = await import('../../runtime/edit/edit-of.ts');
  const found = await readCheckpoint(
    directory,
    async ({ last, parts }) =>
      last === undefined ? undefined : { epoch: last.epoch, edit: editOf(edited, parts) },
    { job, oneEpoch: true },
  );
  if (found === undefined) {
    const text = json
      ? JSON.stringify({ job, epoch: 0 })
      : `${job} has no state in ${directory}: it starts empty`;
    await write(process.stdout, `${text}\n`);
    return 0;
  }
  const { epoch, edit } = found;
  const text = json
    ? JSON.stringify({ job, epoch, ...editJson(edit) })
    : `${job}, state at epoch ${epoch} (${directory})\n${editText(edit)}`;
  await write(process.stdout, `${text}\n`);
  return edit.obstacle === undefined ? 0 : 3;
}
