import { createReadStream } from 'node:fs';

/** Reads a file of NDJSON as anyone would: chunks, split into lines, `JSON.parse`. `take` gets the events of a chunk. */
export async function readLines<E>(file: string, take: (event: E) => void): Promise<void> {
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(JSON.parse(line) as E);
  }
  if (rest !== '') take(JSON.parse(rest) as E);
}
