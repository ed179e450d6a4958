import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { build, stop } from 'esbuild';
import { ROOT, startFrom } from './command.ts';

/**
 * In this file commands are those of an installed copy, packed into few modules: a run starts in two thirds of the time. The form of a checkout has tests
 * enough elsewhere.
 */
export function usePackedCommand(): void {
  let root: string | undefined;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'millrace-packed-'));
    await build({
      format: 'esm',
      target: 'node20',
      absWorkingDir: ROOT,
      platform: 'node',
      entryPoints: ['src/cli/main.ts', 'src/index.ts'],
      outbase: 'src',
      outdir: join(root, 'dist'),
      bundle: true,
      splitting: true,
      packages: 'external',
    });
    await stop();
    for (const name of ['bin', 'package.json'])
      cpSync(join(ROOT, name), join(root, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
    startFrom(root);
  });
  afterAll(() => {
    if (root !== undefined) rmSync(root, { recursive: true });
  });
}
