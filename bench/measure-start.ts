import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DATA_SETS } from './data/data-set.ts';
import { CLOCK } from './data/shape.ts';
import { caseId, type Group, type Place, type Result } from './group.ts';
import { median, range, ratios } from './statistics.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HAND = fileURLToPath(new URL('hand/main.ts', import.meta.url));

/**
 * From the start of the process to the first result: `npm run job … --input … --database sqlite:… --json` until its summary says that the
 * rows are in the table, against `npm exec tsx` on the loop written by hand until it prints its table. Wall time: other processes count.
 */
export async function measureStart(group: Group, place: Place): Promise<Result[]> {
  const { job } = group;
  const { source } = DATA_SETS[job];
  const [epoch] = group.epochs;
  const engine: number[] = [];
  const hand: number[] = [];
  for (let round = 0; round <= group.rounds; round++) {
    const folder = await mkdtemp(join(place.folder, 'start-'));
    const input = ['--input', `${source}=${place.file}`, '--clock', new Date(CLOCK).toISOString()];
    const output = [
      '--database',
      `sqlite:${join(folder, 'out.db')}`,
      '--state',
      join(folder, 'state'),
      '--json',
    ];
    const engineTook = await firstRow('npm', ['run', 'job', job, '--', ...input, ...output]);
    const handTook = await firstRow('npm', ['exec', '--', 'tsx', HAND, job, place.file]);
    if (round === 0) continue;
    engine.push(engineTook);
    hand.push(handTook);
  }
  const all = ratios(hand, engine);
  return [
    {
      id: caseId(group, epoch as number),
      ratio: median(all),
      range: range(all),
      wall: null,
      engine: median(engine),
      hand: median(hand),
      unit: 'ms',
      rounds: group.rounds,
    },
  ];
}

/** Milliseconds until a command writes a line of JSON. */
function firstRow(command: string, options: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    let first: number | undefined;
    let told = '';
    const child = spawn(command, options, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      if (/^[{[]/m.test(told)) first ??= performance.now() - began;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    child.on('error', reject);
    child.on('close', () =>
      first === undefined ? reject(new Error(`${command} ${options.join(' ')}:\n${told}`)) : resolve(first),
    );
  });
}
