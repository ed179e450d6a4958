import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { FORMAT } from '../../src/state/checkpoint/paths.ts';
import { createDatabase, databaseKinds, type TestDatabase } from '../databases.ts';
import { type Ended, type Folder, folder, millrace, PROJECT, start } from './command.ts';
import { usePackedCommand } from './packed-command.ts';

jest.setTimeout(60_000);
usePackedCommand();

// Every mistake: its exit code, one clear message, at most twelve lines, no stack trace.

const CONFIG = `
import { defineConfig } from 'millrace';
export default defineConfig({
  development: { sources: { '*': { connector: 'generator' } }, tables: { '*': { connector: 'sql', url: 'sqlite:dev.db' } } },
  production: {
    sources: { sale: { connector: 'file', path: { env: 'SALES' } } },
    tables: { day_total: { connector: 'sql', url: { env: 'DATABASE' } } },
  },
});
`;
const ROWS = `${JSON.stringify({ day: 'mon', amount: 1 })}\n`;
const RUN = ['run', 'daily'];
const FROM = [...RUN, '--input', 'sale=in.ndjson'];

let project: Folder;
beforeAll(() => {
  project = folder({ ...PROJECT, 'millrace.config.ts': CONFIG, 'in.ndjson': ROWS, 'empty/readme.txt': 'x' });
});
afterAll(() => project.remove());

const call = (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
  millrace(args, { cwd: project.path, env });

function expectMessage(ended: Ended, code: number, message: string): void {
  expect(ended).toMatchObject({ code, stdout: '' });
  expect(ended.stderr).toContain(message);
  expect(ended.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(12);
  expect(ended.stderr).not.toMatch(/^\s+at /m);
}

describe('usage', () => {
  test.each<[string[], string]>([
    [['rnu', 'daily'], "unknown command 'rnu': the nearest is 'run'"],
    [['--hepl'], "unknown option '--hepl': the nearest is '--help'"],
    [['run'], 'run wants the name of a job'],
    [['run', 'dayly'], "unknown job 'dayly': the nearest is 'daily'"],
    [['run', '../jobs/daily'], "unknown job '../jobs/daily': the nearest is 'daily'"],
    [['check', 'daily', 'dayly'], "unknown job 'dayly': the nearest is 'daily'"],
    [['quarantine', 'dayly'], "unknown job 'dayly': the nearest is 'daily'"],
    [['run', 'catalog'], 'jobs/catalog.ts exports no job'],
    [[...RUN, '--epochrows', '5'], "unknown option '--epochrows' of run: the nearest is '--epoch-rows'"],
    [[...RUN, '--rows', 'many'], "--rows wants a whole number from 1, not 'many'"],
    [[...RUN, '--clock', '2025-01-15T10:00:00'], '--clock wants an instant that exists'],
    [
      [...RUN, '--env', 'prodction'],
      "unknown environment 'prodction' of millrace.config.ts: the nearest is 'production'",
    ],
    [
      [...RUN, '--input', 'sales=in.ndjson', '--print'],
      "unknown source 'sales' of daily: the nearest is 'sale'",
    ],
    [[...RUN, '--input', 'in.ndjson'], '--input wants SOURCE=FILE'],
    [['quarantine', 'daily'], 'there is no state of daily in .millrace/development/daily'],
  ])('%p', async (args, message) => {
    expectMessage(await call(args), 2, message);
  });

  test('an environment of the shell that is unknown', async () => {
    expectMessage(await call(RUN, { MILLRACE_ENV: 'prd' }), 2, "unknown environment 'prd'");
  });

  test('no folder of jobs', async () => {
    const empty = folder();
    expectMessage(await millrace(['list'], { cwd: empty.path }), 2, 'there is no folder jobs/');
    empty.remove();
  });

  test('nothing at all is answered with the help', async () => {
    const ended = await call([]);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('npx millrace <command>');
  });
});

describe('input and output', () => {
  test.each<[string[], string]>([
    [[...RUN, '--input', 'sale=none.ndjson', '--print'], 'none.ndjson: no such file'],
    [[...RUN, '--input', 'sale=empty', '--print'], 'empty: no file in this folder ends in .ndjson'],
    [[...RUN, '--input', 'sale=empty/readme.txt', '--print'], 'empty/readme.txt: not a kind of file'],
    [[...FROM, '--database', 'oracle://x/y'], "unknown kind of database 'oracle'"],
    [[...FROM, '--database', 'out.db'], 'a database address begins with its kind'],
    [[...FROM, '--database', 'sqlite:none/out.db'], 'none'],
    [[...FROM, '--print', '--state', 'in.ndjson'], 'state directory in.ndjson cannot be'],
  ])('%p', async (args, message) => {
    expectMessage(await call(args), 2, message);
  });

  test('the missing file is told before the database that is away is waited for', async () => {
    const began = performance.now();
    const database = ['--database', 'mysql://user:s3cret@127.0.0.1:1/db'];
    const ended = await call([...RUN, '--input', 'sale=none.ndjson', ...database]);
    expectMessage(ended, 2, 'none.ndjson: no such file');
    expect(performance.now() - began).toBeLessThan(8000);
  });

  test('a database that is away is waited for, then the run fails', async () => {
    const ended = await call([...FROM, '--database', 'postgres://user:s3cret@127.0.0.1:1/db']);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain('postgres://127.0.0.1:1/db');
    expect(ended.stderr).not.toContain('s3cret');
  });

  test('who waits for a database at the start is stopped at once', async () => {
    const url = 'mysql://user:s3cret@127.0.0.1:1/db';
    const run = start([...FROM, '--database', url], { cwd: project.path });
    await run.shows('mysql://127.0.0.1:1/db');
    const stopped = performance.now();
    run.child.kill('SIGTERM');
    expect(await run.ended).toMatchObject({ code: 143 });
    expect(performance.now() - stopped).toBeLessThan(3000);
  });

  // A server that is not there has been told by databases.ts.
  const servers = databaseKinds.filter((kind) => kind !== 'sqlite');
  for (const kind of servers)
    describe(kind, () => {
      let database: TestDatabase;
      beforeAll(async () => {
        database = await createDatabase(kind, 'cli_bad');
      });
      afterAll(() => database.drop());

      test('a login that is denied, a database that is not there', async () => {
        const denied = new URL(database.url);
        denied.username = 'nobody_here';
        denied.password = 's3cret';
        const ended = await call([...FROM, '--database', denied.href]);
        expectMessage(ended, 2, denied.host);
        expect(ended.stderr).not.toContain('s3cret');

        const absent = new URL(database.url);
        absent.pathname = '/not_there_at_all';
        expectMessage(await call([...FROM, '--database', absent.href]), 2, 'not_there_at_all');
      });
    });
});

describe('configuration', () => {
  const withConfig = async (config: string, args: readonly string[], env: Record<string, string> = {}) => {
    const own = folder({ ...PROJECT, 'in.ndjson': ROWS, 'millrace.config.ts': config });
    try {
      return await millrace(args, { cwd: own.path, env });
    } finally {
      own.remove();
    }
  };
  const production = (settings: string): string => `export default { production: ${settings} };`;
  const SALE = "sources: { sale: { connector: 'file', path: 'in.ndjson' } }";

  test.each([
    [
      `{ ${SALE}, tables: { '*': { connector: 'sql', url: 'sqlite:x.db' }, day_totl: { connector: 'sql', url: 'sqlite:y.db' } } }`,
      "production.tables.day_totl: unknown table 'day_totl': the nearest is 'day_total'",
    ],
    [
      `{ sources: { sals: { connector: 'generator' } } }`,
      "production.sources.sals: unknown source 'sals': the nearest is 'sale'",
    ],
    [`{ ${SALE} }`, "production.tables.day_total has no connector: add one, or '*' for all"],
    [
      `{ ${SALE}, tables: { '*': { connector: 'sql', url: 'mysql://a:s3cret@h/d' } } }`,
      'production.tables.*.url holds a password',
    ],
    [
      `{ ${SALE}, tables: { '*': { connector: 'sql', url: { env: 'MILLRACE_NOT_SET' } } } }`,
      'production.tables.*.url: the environment variable MILLRACE_NOT_SET is not set',
    ],
  ])('%s', async (settings, message) => {
    const ended = await withConfig(production(settings), [...RUN, '--env', 'production']);
    expectMessage(ended, 2, message);
    expect(ended.stderr).not.toContain('s3cret');
  });

  test('an address that comes from the environment is not shown when it is wrong', async () => {
    const config = production(`{ ${SALE}, tables: { '*': { connector: 'sql', url: { env: 'DB' } } } }`);
    const ended = await withConfig(config, [...RUN, '--env', 'production'], { DB: 'mysq://u:s3cret@h/d' });
    expectMessage(ended, 2, "production.tables.*.url: unknown kind of database 'mysq'");
    expect(ended.stderr).not.toContain('s3cret');
  });

  test('a file that cannot be loaded, or exports nothing', async () => {
    expectMessage(await withConfig('export default {', [...RUN, '--env', 'x']), 2, 'millrace.config.ts');
    expectMessage(
      await withConfig('export const a = 1', [...RUN, '--env', 'x']),
      2,
      'exports no configuration',
    );
  });
});

describe('jobs', () => {
  const withJob = async (text: string, name = 'daily', args = RUN): Promise<Ended> => {
    const own = folder({ ...PROJECT, [`jobs/${name}.ts`]: text, 'in.ndjson': ROWS });
    try {
      return await millrace(args, { cwd: own.path });
    } finally {
      own.remove();
    }
  };

  test('a syntax error', async () => {
    expectMessage(await withJob('export default job(;'), 2, 'jobs/daily.ts');
  });

  test('an error of the job itself, with its line', async () => {
    expectMessage(await withJob("\n\nthrow new Error('no');"), 2, 'jobs/daily.ts:3 cannot be loaded: no');
  });

  test('an import that is not there', async () => {
    expectMessage(await withJob("import './none.ts';"), 2, 'none.ts');
  });

  test('a name that is not the file’s', async () => {
    const text = PROJECT['jobs/daily.ts'] as string;
    const ended = await withJob(text, 'weekly', ['run', 'weekly']);
    expectMessage(ended, 2, "jobs/weekly.ts holds the job 'daily'");
  });

  test('a plan that cannot run, with its line', async () => {
    const text = `import { job } from 'millrace';
import { stream } from './catalog.ts';
const rows: any = stream('sale');
export default job('daily', rows.pick('day').into('day_total'));`;
    const ended = await withJob(text);
    expectMessage(ended, 2, 'jobs/daily.ts:4');
    expect(ended.stderr).toContain("column 'total' is missing");
  });
});

describe('refused', () => {
  test('the state directory of another job', async () => {
    const own = folder({ ...PROJECT, 'in.ndjson': ROWS });
    own.write({ 'state/identity.json': '{"format":1,"job":"weekly"}' });
    const args = [...FROM, '--print', '--state', 'state'];
    expectMessage(await millrace(args, { cwd: own.path }), 3, "belongs to the job 'weekly', not to 'daily'");
    const shown = await millrace(['quarantine', 'daily', '--state', 'state'], { cwd: own.path });
    expectMessage(shown, 3, "belongs to the job 'weekly'");
    own.write({ 'state/identity.json': '{"format":1,"job":"daily"}' });
    expectMessage(
      await millrace(args, { cwd: own.path }),
      3,
      `has format 1, this version of millrace knows ${FORMAT}`,
    );
    own.write({ 'state/identity.json': `{"format":${FORMAT},"job":"daily"}` });
    expectMessage(await millrace(args, { cwd: own.path }), 3, 'state/checkpoint.db is missing');
    own.write({ 'state/checkpoint.db': '' });
    expectMessage(await millrace(args, { cwd: own.path }), 3, 'state/checkpoint.db is damaged: it is empty');
    own.write({ 'state/checkpoint.db': 'no database' });
    expectMessage(await millrace(args, { cwd: own.path }), 3, 'state/checkpoint.db is damaged');
    own.write({ 'state/identity.json': '{' });
    expectMessage(await millrace(args, { cwd: own.path }), 3, 'is damaged');
    own.remove();
  });

  test('a file that changed, and tables that another state has written, unless --fresh; what was rejected before is left alone', async () => {
    const own = folder({ ...PROJECT, 'in.ndjson': `nonsense\n${ROWS}` });
    const at = { cwd: own.path };
    const args = [...FROM, '--database', 'sqlite:out.db', '--state', 'state', '--json'];
    const rejected = ['quarantine', 'daily', '--state', 'state'];
    expect((await millrace(args, at)).code).toBe(0);
    expect((await millrace(rejected, at)).stdout).toContain('nonsense');

    own.write({ 'in.ndjson': ROWS });
    expectMessage(await millrace(args, at), 3, 'in.ndjson');
    const elsewhere = [...FROM, '--database', 'sqlite:out.db', '--state', 'other'];
    expectMessage(await millrace(elsewhere, at), 3, '--fresh');
    expect((await millrace(rejected, at)).stdout).toContain('nonsense');

    const again = await millrace([...args, '--fresh'], at);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toContain('forgets the state of before (1 epoch) and 1 quarantined row');
    expect((await millrace(rejected, at)).stdout).toBe('');
    own.remove();
  });
});
