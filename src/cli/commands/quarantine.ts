import { existsSync } from 'node:fs';
import { wrong } from '../../errors.ts';
import { readQuarantine } from '../../state/quarantine-log.ts';
import type { Arguments } from '../arguments.ts';
import { DEVELOPMENT } from '../config/load-config.ts';
import { jobFiles } from '../job-files.ts';
import { environmentOf } from '../run-options.ts';
import { defaultStateDirectory, quarantinePath, refuseOtherJob } from '../state-directory.ts';
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
  await refuseOtherJob(directory, name);
  let text = '';
  for await (const line of readQuarantine(quarantinePath(directory))) {
    text += `${line}\n`;
    if (text.length < 65536) continue;
    if (!(await write(process.stdout, text))) return 0;
    text = '';
  }
  await write(process.stdout, text);
  return 0;
}
