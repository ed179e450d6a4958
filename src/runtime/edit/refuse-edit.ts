import { refused } from '../../errors.ts';
import { editLines } from './edit-text.ts';
import type { JobEdit } from './job-edit.ts';

/**
 * Refuses (exit 3) what cannot be done, and what is to be asked for first.
 * @param directory of the state
 * @param asked does the caller ask for it?
 */
export function refuseEdit(job: string, directory: string, edit: JobEdit, asked: boolean): void {
  const { changes, obstacle } = edit;
  if (!changes && !asked) return;
  const about = `${job} is not what it was when its state was written (${directory})`;
  const anew = 'Run the job as it was, or start from empty state with --fresh';
  if (!changes)
    throw refused(
      `--rebuild: no table of ${job} can be written anew: their rows are neither kept nor can they be made again`,
    );
  if (obstacle !== undefined) throw refused(`${about}, and ${obstacle}. ${anew}`);
  if (!asked)
    throw refused(
      `${about}. Start it with --rebuild to do what follows, or run the job as it was:\n${editLines(edit).join('\n')}`,
    );
}
