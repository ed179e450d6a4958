import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin, stop, transform } from 'esbuild';
import { ROOT } from '../../cli/command.ts';

/** A copy of the command and the jobs in a folder of its own. */
export interface Program {
  readonly folder: string;
  /** Deletes the folder. */
  remove(): void;
}

/** Limits that a short history does not reach, by the file that says them: made small, in the copy alone. */
const LIMITS: Readonly<Record<string, readonly (readonly [right: string, small: string])[]>> = {
  'checkpoint-log.ts': [
    ['SNAPSHOT_AFTER = 16 * 1024 * 1024', 'SNAPSHOT_AFTER = 2048'],
    ['OUTBOX_EPOCHS = 1000', 'OUTBOX_EPOCHS = 20'],
  ],
  'rolling-snapshot.ts': [['EMPTY = 512', 'EMPTY = 16']],
};

const smallLimits: Plugin = {
  name: 'small-limits',
  setup({ onLoad }) {
    onLoad({ filter: /\/(checkpoint-log|rolling-snapshot)\.ts$/ }, ({ path }) => {
      let contents = readFileSync(path, 'utf8');
      const [file] = path.split('/').slice(-1);
      for (const [right, small] of LIMITS[file as string] ?? []) {
        if (!contents.includes(right)) throw new Error(`${path} does not say '${right}' any more`);
        contents = contents.replace(right, small);
      }
      return { contents, loader: 'ts' };
    });
  },
};

/** Where the jobs' tables are, in the environment `apart`: alerts in one database, the premiums on file in another. */
const CONFIG = `
const url = (env) => ({ connector: 'sql', url: { env } });
export default {
  apart: { tables: { wechat_activity_user: url('MILLRACE_FIRST'), raw_info: url('MILLRACE_SECOND') } },
};
`;

/**
 * Packs the command as it is published, jobs without types: a process of it starts in half the time.
 * @param small with small limits: snapshots are written after two kilobytes of log, and twenty epochs of outbox are kept
 * @param config its `millrace.config.ts`, without types
 */
export async function packProgram(small = true, config = CONFIG): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-crash-'));
  const target = { format: 'esm', target: 'node20' } as const;
  await build({
    ...target,
    absWorkingDir: ROOT,
    platform: 'node',
    entryPoints: ['src/cli/main.ts', 'src/index.ts'],
    outbase: 'src',
    outdir: join(folder, 'dist'),
    bundle: true,
    splitting: true,
    packages: 'external',
    plugins: small ? [smallLimits] : [],
  });
  for (const name of ['bin', 'jobs']) mkdirSync(join(folder, name));
  for (const name of readdirSync(join(ROOT, 'jobs'))) {
    const { code } = await transform(readFileSync(join(ROOT, 'jobs', name), 'utf8'), {
      ...target,
      loader: 'ts',
    });
    writeFileSync(join(folder, 'jobs', name), code.replace('../src/dsl/index.ts', 'millrace'));
  }
  await stop();
  const bin = readFileSync(join(ROOT, 'bin/millrace.mjs'), 'utf8');
  writeFileSync(
    join(folder, 'bin/millrace.mjs'),
    without(bin, "const { register } = await import('tsx/esm/api');\n  register();"),
  );
  writeFileSync(join(folder, 'millrace.config.ts'), config);
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

function without(text: string, part: string): string {
  if (!text.includes(part)) throw new Error(`bin/millrace.mjs does not say '${part}' any more`);
  return text.replace(part, '');
}
