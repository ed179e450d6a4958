import { fillStateDirectory } from '../../state/state-directory.ts';
import type { Arguments } from '../arguments.ts';
import { namedState } from '../existing-state.ts';
import { readable } from '../summary-text.ts';
import { write } from '../write.ts';

/** `millrace restore`: makes a state directory of a file of `millrace backup`. One that holds a state, or is in use: exit 3. */
export async function restore(args: Arguments): Promise<number> {
  const { job, directory } = await namedState(args);
  const path = args.names[1] as string;
  const { checkCopy, writeCopy } = await import('../../state/checkpoint/copy-checkpoint.ts');
  const epoch = await checkCopy(path, job);
  await fillStateDirectory(directory, job, (to) => writeCopy(path, to));
  const where = epoch === undefined ? 'no epoch yet' : `epoch ${readable(epoch)}`;
  await write(
    process.stdout,
    `${job}: ${where} of ${path} is in ${directory}\nRun the job: it goes on from there. Where its tables are further it is refused, until it is run once with --rebase\n`,
  );
  return 0;
}
