import { createReadStream } from 'node:fs';
import type { HandJob } from './hand-job.ts';

/** The lines of a file, as anyone would read them: chunks of text, split. */
export async function* readLines(file: string): AsyncGenerator<string[]> {
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield lines;
  }
  if (rest !== '') yield [rest];
}

/** Runs a job written by hand over a file of NDJSON. */
export async function runLines<E>(file: string, job: HandJob<E>): Promise<void> {
  for await (const lines of readLines(file)) for (const line of lines) job.add(JSON.parse(line) as E);
}
