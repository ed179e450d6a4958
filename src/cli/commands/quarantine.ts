import { existsSync } from 'node:fs';
import { wrong } from '../../errors.ts';
import { readCheckpoint } from '../../state/checkpoint/read-checkpoint.ts';
import type { Arguments } from '../arguments.ts';
import { DEVELOPMENT } from '../config/load-config.ts';
import { jobFiles } from '../job-files.ts';
import { environmentOf } from '../run-options.ts';
import { defaultStateDirectory, refuseOtherState } from '../state-directory.ts';
import { write } from '../write.ts';

/** `millrace quarantine`: the rejected rows of a job as NDJSON, by source, file in order of reading, offset. */
export async function quarantine(args: Arguments): Promise<number> {
  const name = args.names[0] as string;
  if (!(await jobFiles()).includes(name)) {
    // The jobs themselves are needed in this case alone.
    const { unknownJob } = await import('../load-job.ts');
    throw await unknownJob(name);
  }
  const environment = environmentOf(args) ?? DEVELOPMENT;
  const directory = args.value('state') ?? defaultStateDirectory(environment, name);
  if (!existsSync(directory)) {
    const demo = defaultStateDirectory('demo', name);
    const hint =
      existsSync(demo) && args.value('state') === undefined ? `: the demonstration's is --state ${demo}` : '';
    throw wrong(
      `there is no state of ${name} in ${directory}${hint === '' ? ': name it, --state DIR' : hint}`,
    );
  }
  await refuseOtherState(directory, name);
  await readCheckpoint(directory, async (state) => {
    let text = '';
    for await (const entry of state.rejected()) {
      text += `${JSON.stringify(entry)}\n`;
      if (text.length < 65536) continue;
      if (!(await write(process.stdout, text))) return;
      text = '';
    }
    await write(process.stdout, text);
  });
  return 0;
}
