import { existsSync } from 'node:fs';
import { wrong } from '../../errors.ts';
import { refuseMissing } from '../../state/state-directory.ts';
import type { Arguments } from '../arguments.ts';
import { existingState } from '../existing-state.ts';
import { counted, readable } from '../summary-text.ts';
import { write } from '../write.ts';

/** `millrace backup`: one file with a copy of a job's checkpoints, also while the job runs. A file of that name: exit 2. */
export async function backup(args: Arguments): Promise<number> {
  const { job, directory } = await existingState(args);
  const path = args.names[1] as string;
  if (existsSync(path)) throw wrong(`${path} is there already: name another file, or move it away`);
  await refuseMissing(directory);
  const { backUpCheckpoint } = await import('../../state/checkpoint/copy-checkpoint.ts');
  const { epoch, bytes } = await backUpCheckpoint(directory, job, path);
  const where = epoch === undefined ? 'no epoch yet' : `epoch ${readable(epoch)}`;
  await write(process.stdout, `${job}: ${where} of ${directory} in ${path}, ${counted(bytes, 'byte')}\n`);
  return 0;
}
