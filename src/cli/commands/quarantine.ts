import { readCheckpoint } from '../../state/checkpoint/read-checkpoint.ts';
import type { Arguments } from '../arguments.ts';
import { existingState } from '../existing-state.ts';
import { write } from '../write.ts';

/** `millrace quarantine`: the rejected rows of a job as NDJSON, by source, file in order of reading, offset. */
export async function quarantine(args: Arguments): Promise<number> {
  const { job, directory } = await existingState(args);
  await readCheckpoint(
    directory,
    async (state) => {
      let text = '';
      for await (const entry of state.rejected()) {
        text += `${JSON.stringify(entry)}\n`;
        if (text.length < 65536) continue;
        if (!(await write(process.stdout, text))) return;
        text = '';
      }
      await write(process.stdout, text);
    },
    { job },
  );
  return 0;
}
