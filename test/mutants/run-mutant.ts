import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutants.ts';

const ROOT = process.cwd();
const CHECK = relative(ROOT, fileURLToPath(new URL('./check.ts', import.meta.url)));

/** How a check of a broken copy ended. */
export interface Verdict {
  readonly exitCode: number | null;
  readonly output: string;
}

/** Copies the code, breaks the copy and checks it in a process of its own. @throws where a text to replace is gone */
export async function runMutant({ replacements, by }: Omit<Mutant, 'name'>): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-mutant-'));
  try {
    for (const part of [
      'src',
      'jobs',
      'test/oracle',
      'test/jobs',
      'test/mutants',
      'test/databases.ts',
      'package.json',
    ])
      await cp(join(ROOT, part), join(folder, part), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const { file, find, replace } of replacements) {
      const path = join(folder, 'src', file);
      const text = await readFile(path, 'utf8');
      if (!text.includes(find))
        throw new Error(`src/${file} does not hold the text to break any more: ${find}`);
      await writeFile(path, text.replaceAll(find, replace));
    }
    return await check(folder, by);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function check(folder: string, by: Mutant['by']): Promise<Verdict> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', CHECK, by], {
    cwd: folder,
    env,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => {
      output += text.toString();
    });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, output }));
  });
}
