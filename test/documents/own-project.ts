import { readFileSync } from 'node:fs';
import { type Folder, folder, ROOT } from '../cli/command.ts';
import type { Block } from './blocks.ts';

/** In the documents jobs stand in this project; in a project of one's own the same lines come from the package. */
const asPackage = (text: string): string => text.replaceAll("'../src/dsl/index.ts'", "'millrace'");

/** The project that a reader of these blocks has: their files, beside the catalog. */
export function ownProject(blocks: readonly Block[]): Folder {
  const files = blocks.filter(({ kind }) => kind === 'own file');
  return folder({
    'jobs/catalog.ts': asPackage(readFileSync(`${ROOT}jobs/catalog.ts`, 'utf8')),
    ...Object.fromEntries(files.map(({ of, text }) => [of, `${asPackage(text)}\n`])),
  });
}
