import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { FORMAT } from '../../src/state/checkpoint/paths.ts';
import { type Folder, folder, millrace, PROJECT, ROOT } from './command.ts';

jest.setTimeout(60_000);

let project: Folder;
beforeAll(() => {
  project = folder(PROJECT);
});
afterAll(() => project.remove());
const call = (args: readonly string[], cwd = project.path) => millrace(args, { cwd });

describe('help', () => {
  test.each([['--help'], ['-h'], ['help']])('%s tells the commands on standard output', async (...args) => {
    const ended = await call(args);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    for (const command of [
      'run',
      'list',
      'check',
      'explain',
      'plan',
      'quarantine',
      'state',
      'backup',
      'restore',
    ]) {
      expect(ended.stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
    }
  });

  test('run --help tells every option', async () => {
    const ended = await call(['run', '--help']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const options = ended.stdout.matchAll(/^ {2}--([a-z-]+)/gm);
    expect([...options].map(([, name]) => name)).toEqual(
      'env input rows follow database print state fresh clear rebase rebuild clock epoch-rows epoch-ms max-quarantined json verbose quiet help'.split(
        ' ',
      ),
    );
    expect((await call(['help', 'run'])).stdout).toBe(ended.stdout);
  });
});

describe('list', () => {
  test('one line for each job; other files are left out', async () => {
    const ended = await call(['list']);
    expect(ended).toMatchObject({ code: 0, stderr: '', stdout: 'daily  sale -> day_total\n' });
  });

  test('--json is one document', async () => {
    const { stdout } = await call(['list', '--json'], ROOT);
    expect(JSON.parse(stdout)).toMatchObject({
      jobs: [
        { name: 'hourly-premium', sources: ['user_order'], looksUp: [], writes: ['hs_order'] },
        { name: 'premium-drop-alert', looksUp: ['raw_info'] },
        { name: 'user-last-page' },
      ],
    });
  });

  test('a file that cannot be loaded hides no other', async () => {
    const own = folder({ ...PROJECT, 'jobs/broken.ts': 'export default (;' });
    const ended = await call(['list'], own.path);
    expect(ended).toMatchObject({ code: 2, stdout: 'daily  sale -> day_total\n' });
    expect(ended.stderr).toContain('jobs/broken.ts');
    own.remove();
  });
});

describe('explain', () => {
  test('shows the plan with the places in the job', async () => {
    const ended = await call(['explain', 'daily']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('into day_total');
    expect(ended.stdout).toMatch(/jobs\/daily\.ts:\d/);
  });

  test('--json is one document', async () => {
    const { stdout } = await call(['explain', 'daily', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ job: 'daily', guarantees: { guarantee: 'exactly once' } });
  });

  test('says what the job promises in an environment, without its secrets', async () => {
    const own = folder({
      ...PROJECT,
      'millrace.config.ts': `
import { defineConfig, env } from 'millrace';
export default defineConfig({
  production: {
    sources: { '*': { connector: 'file', path: ['old.ndjson', '-'] } },
    tables: { '*': { connector: 'sql', url: env('NOBODY_SETS_THIS') } },
  },
});
`,
    });
    const ended = await call(['explain', 'daily', '--env', 'production'], own.path);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(
      /production: at most once\n {2}source sale +file, its rows can be read once\n {2}table {2}day_total {2}sql, each epoch in one transaction with its fence\n$/,
    );
    const unnamed = await call(['explain', 'daily'], own.path);
    expect(unnamed).toMatchObject({ code: 0, stdout: expect.not.stringContaining('once') });
    expect(await call(['explain', 'daily', '--env', 'prod'], own.path)).toMatchObject({ code: 2 });
    own.remove();
  });
});

describe('check', () => {
  // A compiler is found from the project's folder, as where one is installed.
  const withTypes = (files: Record<string, string>): Folder => {
    const own = folder({ ...PROJECT, ...files });
    symlinkSync(join(ROOT, 'node_modules'), join(own.path, 'node_modules'));
    return own;
  };

  test('the three jobs of the project are right', async () => {
    const ended = await call(['check'], ROOT);
    expect(ended).toMatchObject({
      code: 0,
      stdout: '3 jobs checked: hourly-premium, premium-drop-alert, user-last-page\n',
    });
    expect(ended.stderr).toMatch(/^warning: jobs\/hourly-premium\.ts:\d+: /m);
  });

  test('every fault of types, plans and configuration, with its line', async () => {
    const own = withTypes({
      'jobs/typed.ts': `import { job } from 'millrace';
import { stream } from './catalog.ts';
const misspelt = stream('sale').filter(s => s.dya.isNotNull());
export default job('typed', misspelt.keyBy('day').lastValue().into('day_total', { day: 'day', total: 'amount', n: () => 1 }));`,
      'jobs/planned.ts': `import { job } from 'millrace';
import { stream } from './catalog.ts';
const rows: any = stream('sale');
export default job('planned', rows.pick('day').into('day_total'));`,
      'millrace.config.ts': 'export default { production: { tabels: {} } };',
    });
    const ended = await call(['check'], own.path);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^jobs\/typed\.ts:3: Property 'dya' does not exist .*TS2339/m);
    expect(ended.stderr).toMatch(/^jobs\/planned\.ts:4: .*column 'total' is missing/m);
    expect(ended.stderr).toMatch(/^millrace\.config\.ts: production\.tabels: unknown setting/m);

    const named = await call(['check', 'planned'], own.path);
    expect(named.code).toBe(2);
    expect(named.stderr).not.toContain('typed.ts');
    own.remove();
  });

  test('the project’s tsconfig.json holds', async () => {
    const unused = `${PROJECT['jobs/daily.ts']}\nconst unused = 1;\n`;
    const loose = withTypes({ 'jobs/daily.ts': unused });
    expect((await call(['check'], loose.path)).code).toBe(0);
    loose.write({
      'tsconfig.json':
        '{ "compilerOptions": { "strict": true, "module": "nodenext", "noUnusedLocals": true } }',
    });
    const ended = await call(['check'], loose.path);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^jobs\/daily\.ts:\d+: 'unused' is declared but its value is never read/m);
    loose.remove();
  });

  test('a compiler without an interface for programs is told, and is a fault', async () => {
    const own = folder({
      ...PROJECT,
      'node_modules/typescript/package.json':
        '{ "name": "typescript", "version": "7.0.2", "main": "index.js" }',
      'node_modules/typescript/index.js': "exports.version = '7.0.2';",
    });
    const ended = await call(['check'], own.path);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('types cannot be checked: typescript 7.0.2');
    own.remove();
  });
});

describe('quarantine', () => {
  test('a job that rejected nothing prints nothing; where the demonstration has a state it is named', async () => {
    const own = folder(PROJECT);
    own.write({ '.millrace/demo/daily/identity.json': `{"format":${FORMAT},"job":"daily"}` });
    const elsewhere = await call(['quarantine', 'daily'], own.path);
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.stderr).toContain(
      'the demonstration’s is --state .millrace/demo/daily'.replace('’', "'"),
    );
    const here = await call(['quarantine', 'daily', '--state', '.millrace/demo/daily'], own.path);
    expect(here).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
    own.remove();
  });
});
