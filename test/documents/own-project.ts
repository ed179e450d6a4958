import { readFileSync } from 'node:fs';
import { type Folder, folder, ROOT } from '../cli/command.ts';
import type { Block } from './blocks.ts';

/** In the documents jobs stand in this repository, beside `src`. */
const withDsl = (text: string): string =>
  text.replaceAll("'../src/dsl/index.ts'", `'${ROOT}src/dsl/index.ts'`);

/** What a reader of these blocks has: their files, beside the catalog. */
export function ownProject(blocks: readonly Block[]): Folder {
  const files = blocks.filter(({ kind }) => kind === 'own file');
  return folder({
    'package.json': '{"type":"module"}\n',
    'jobs/catalog.ts': withDsl(readFileSync(`${ROOT}jobs/catalog.ts`, 'utf8')),
    ...Object.fromEntries(files.map(({ of, text }) => [of, `${withDsl(text)}\n`])),
  });
}
