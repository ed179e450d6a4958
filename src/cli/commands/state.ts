import { wrong } from '../../errors.ts';
import type { JobPlan } from '../../plan/node.ts';
import { rewrite } from '../../plan/rewrite/rewrite.ts';
import { type CheckpointReader, readCheckpoint } from '../../state/checkpoint/read-checkpoint.ts';
import { refuseMissing } from '../../state/state-directory.ts';
import type { Arguments } from '../arguments.ts';
import { existingState, type NamedState } from '../existing-state.ts';
import { loadJob } from '../load-job.ts';
import { unknown } from '../nearest.ts';
import { stateFacts } from '../state/state-facts.ts';
import { stateText } from '../state/state-text.ts';
import { validJob } from '../valid-job.ts';
import { write } from '../write.ts';

const planOf = async (job: string): Promise<JobPlan> => rewrite(validJob(await loadJob(job)).plan);

/** `millrace state`: where a job stands, or what an operator keeps of a key; all of one epoch, also while the job runs. No such key: exit 1. */
export async function state(args: Arguments): Promise<number> {
  const [, word, operator, ...key] = args.names;
  if (word !== undefined && word !== 'get') throw unknown('word', word, ['get'], 'of state');
  const named = await existingState(args);
  const { job, directory } = named;
  if (word === 'get' && operator === undefined)
    throw wrong(
      `state ${job} get wants an operator and a key; npx millrace state ${job} shows the operators`,
    );
  await refuseMissing(directory);
  const plan = operator === undefined ? await planIfThere(job) : await planOf(job);
  const work = async (reader: CheckpointReader): Promise<string> =>
    operator === undefined
      ? listing(args, named, reader, plan)
      : (await get(job, reader, plan as JobPlan, operator, key)).map((line) => `${line}\n`).join('');
  const text = await readCheckpoint(directory, work, { job, oneEpoch: true });
  await write(process.stdout, text as string);
  return 0;
}

/** A state can be looked into whatever became of its job. */
async function planIfThere(job: string): Promise<JobPlan | undefined> {
  try {
    return await planOf(job);
  } catch (error) {
    const [first = ''] = (error as Error).message.split('\n');
    await write(process.stderr, `warning: operators stand where they stood in the last run: ${first}\n`);
    return undefined;
  }
}

async function listing(
  args: Arguments,
  { job, directory }: NamedState,
  reader: CheckpointReader,
  plan: JobPlan | undefined,
): Promise<string> {
  const facts = await stateFacts(job, directory, reader, plan);
  return args.has('json') ? `${JSON.stringify(facts)}\n` : stateText(facts);
}

/** Loaded when it is asked for: to look at a group takes the operators themselves. */
const get: typeof import('../state/rows-of-key.ts').rowsOfKey = async (...asked) =>
  (await import('../state/rows-of-key.ts')).rowsOfKey(...asked);
