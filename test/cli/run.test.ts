import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { openDatabase } from '../../src/connectors/sql/open-database.ts';
import type { Summary } from '../../src/runtime/summary.ts';
import { type Ended, type Folder, folder, millrace, PROJECT, start } from './command.ts';
import { DAY_TOTAL } from './day-total.ts';

jest.setTimeout(60_000);

const row = (day: string, amount: number): string => `${JSON.stringify({ day, amount })}\n`;
const rows = (n: number): string => Array.from({ length: n }, (_, i) => row(`d${i % 3}`, 1)).join('');
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) as string;
const summaryOf = ({ stdout }: Ended): Summary => JSON.parse(lastLine(stdout)) as Summary;
const RUN = ['run', 'daily', '--input', 'sale=in.ndjson'];
const BY_ROWS = ['--epoch-ms', '0'];

let project: Folder;
beforeEach(() => {
  project = folder({ ...PROJECT, 'in.ndjson': row('mon', 1.5) + row('tue', 2) + row('mon', 3) });
});
afterEach(() => project.remove());
const call = (args: readonly string[], more: { input?: string; env?: Record<string, string> } = {}) =>
  millrace(args, { cwd: project.path, ...more });

describe('--print', () => {
  test('the net effect of each epoch as NDJSON, nothing else on standard output', async () => {
    const ended = await call([...RUN, '--print', ...BY_ROWS, '--epoch-rows', '2']);
    expect(ended.code).toBe(0);
    expect(
      ended.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { table: 'day_total', kind: '+I', row: { day: 'mon', total: 1.5, n: 1 }, epoch: 1 },
      { table: 'day_total', kind: '+I', row: { day: 'tue', total: 2, n: 1 }, epoch: 1 },
      { table: 'day_total', kind: '-U', row: { day: 'mon', total: 1.5, n: 1 }, epoch: 2 },
      { table: 'day_total', kind: '+U', row: { day: 'mon', total: 4.5, n: 2 }, epoch: 2 },
    ]);
  });

  test('with --json the summary is the last line', async () => {
    const ended = await call([...RUN, '--print', '--json']);
    expect(summaryOf(ended)).toMatchObject({ job: 'daily', epochs: 1, run: { epochs: 1, rows: 3 } });
    expect(ended.stdout.split('\n')).toHaveLength(4);
  });

  test('a reader that goes away ends the run quietly', async () => {
    project.write({ 'in.ndjson': rows(50_000) });
    const run = start([...RUN, '--print', ...BY_ROWS, '--epoch-rows', '1'], { cwd: project.path });
    await run.shows('"epoch":3');
    run.child.stdout?.destroy();
    const ended = await run.ended;
    expect(ended.code).toBe(0);
    expect(ended.stderr).not.toContain('EPIPE');
    expect(ended.stderr).not.toContain('50,000 rows');
  });

  test('a reader that is slow slows the run: nothing is held without bound', async () => {
    project.write({ 'in.ndjson': rows(50_000) });
    const run = start([...RUN, '--print', ...BY_ROWS, '--epoch-rows', '1'], { cwd: project.path });
    await run.shows('"epoch":3');
    run.child.stdout?.pause();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    run.child.kill('SIGTERM');
    run.child.stdout?.resume();
    const ended = await run.ended;
    const { epoch } = JSON.parse(lastLine(ended.stdout)) as { epoch: number };
    expect(ended.code).toBe(0);
    expect(epoch).toBeLessThan(25_000);
  });
});

describe('--database', () => {
  test('the table is right, the file can be copied alone, the summary is told', async () => {
    const ended = await call([...RUN, '--database', 'sqlite:out.db']);
    expect(ended).toMatchObject({ code: 0, stdout: '' });
    expect(ended.stderr).toContain('sale: file in.ndjson');
    expect(ended.stderr).toMatch(/daily: 3 rows in 1 epoch/);
    expect(ended.stderr).toMatch(/sale +read 3, applied 3, filtered 0, quarantined 0/);
    expect(ended.stderr).toMatch(/day_total +inserted 2, updated 0, deleted 0/);
    expect(existsSync(join(project.path, 'out.db-wal'))).toBe(false);
    expect(await tableRows('out.db')).toEqual([
      { day: 'mon', total: 4.5, n: 2 },
      { day: 'tue', total: 2, n: 1 },
    ]);
  });

  test('--quiet says nothing', async () => {
    expect(await call([...RUN, '--database', 'sqlite:out.db', '--quiet'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('--fresh goes on over the rows that are there, --clear takes them away', async () => {
    const args = [...RUN, '--database', 'sqlite:out.db', '--json'];
    await call(args);
    project.write({ 'in.ndjson': row('wed', 1) });
    const fresh = await call([...args, '--fresh']);
    expect(fresh.stderr).toContain('the rows of day_total stay as they are');
    expect((await tableRows('out.db')).map(({ day }) => day)).toEqual(['mon', 'tue', 'wed']);
    const cleared = await call([...args, '--fresh', '--clear']);
    expect(cleared.stderr).toContain('the rows of day_total go too');
    expect((await tableRows('out.db')).map(({ day }) => day)).toEqual(['wed']);
  });

  const tableRows = async (file: string) => {
    const database = await openDatabase(`sqlite:${join(project.path, file)}`);
    try {
      return await database.rows(DAY_TOTAL);
    } finally {
      await database.close();
    }
  };
});

describe('input', () => {
  test('standard input, labelled as not replayable', async () => {
    const args = ['run', 'daily', '--input', 'sale=-', '--print', '--json'];
    const ended = await call(args, { input: rows(4) });
    expect(summaryOf(ended).sources).toEqual({ sale: { read: 4, applied: 4, filtered: 0, quarantined: 0 } });
    expect(ended.stderr).toContain('sale: standard input (not replayable');
  });

  test('several files one after the other, a folder by name', async () => {
    project.write({ 'more/b.ndjson': row('b', 1), 'more/a.csv': 'day,amount\na,1\n', 'more/notes.txt': '-' });
    const ended = await call([...RUN, '--input', 'sale=more', '--print', ...BY_ROWS, '--epoch-rows', '1']);
    const days = ended.stdout.matchAll(/"kind":"\+[IU]","row":\{"day":"(\w+)"/g);
    expect([...days].map(([, day]) => day)).toEqual(['mon', 'tue', 'mon', 'a', 'b']);
  });

  test('--rows ends the run', async () => {
    expect(summaryOf(await call([...RUN, '--print', '--rows', '2', '--json'])).run).toEqual({
      epochs: 1,
      rows: 2,
    });
  });

  test('without --database the tables of the environment', async () => {
    const ended = await call([...RUN, '--json']);
    expect(ended.code).toBe(0);
    expect(existsSync(join(project.path, '.millrace/development/daily.db'))).toBe(true);
    expect(existsSync(join(project.path, '.millrace/development/daily/identity.json'))).toBe(true);
  });

  test('--follow waits for more until Ctrl-C, which commits and tells the summary', async () => {
    const run = start([...RUN, '--print', '--follow', '--json'], { cwd: project.path });
    await run.shows('"day":"tue"');
    appendFileSync(join(project.path, 'in.ndjson'), row('new', 1));
    await run.shows('"day":"new"');
    run.child.kill('SIGINT');
    const ended = await run.ended;
    expect(ended).toMatchObject({ code: 0, signal: null });
    expect(summaryOf(ended).run.rows).toBe(4);
  });

  test('a state directory in use is refused; one whose run was killed is free at once', async () => {
    appendFileSync(join(project.path, 'in.ndjson'), 'nonsense\n');
    const first = start([...RUN, '--print', '--state', 's', '--follow'], { cwd: project.path });
    await first.shows('"day":"tue"');
    const kept = (await call(['quarantine', 'daily', '--state', 's'])).stdout;
    expect(kept).toContain('nonsense');
    const second = await call([...RUN, '--print', '--state', 's']);
    expect(second.code).toBe(3);
    expect(second.stderr).toContain(
      "state directory s is in use by another run of 'daily': wait for it, stop it, or give another one, --state DIR",
    );
    expect((await call(['quarantine', 'daily', '--state', 's'])).stdout).toBe(kept);
    expect((await call([...RUN, '--print', '--state', 'other'])).code).toBe(0);
    first.child.kill('SIGKILL');
    await first.ended;
    expect((await call([...RUN, '--print', '--state', 's'])).code).toBe(0);
  });
});

describe('quarantine', () => {
  const BAD = `${row('mon', 1)}nonsense\n{"day":7}\n${row('tue', 2)}`;

  test('rows that cannot be applied are shown with source, file, offset and reason', async () => {
    project.write({ 'in.ndjson': BAD });
    const ended = await call([...RUN, '--print', '--state', 's']);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('npx millrace quarantine daily --state s');
    const shown = await call(['quarantine', 'daily', '--state', 's']);
    expect(
      shown.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { source: 'sale', file: 'in.ndjson', offset: 25, reason: expect.any(String), raw: 'nonsense' },
      {
        source: 'sale',
        file: 'in.ndjson',
        offset: 34,
        reason: expect.any(String),
        column: 'day',
        raw: '{"day":7}',
      },
    ]);
  });

  test('--max-quarantined: the epoch that exceeds it is not committed, what was before it is told', async () => {
    project.write({ 'in.ndjson': BAD });
    const args = [...RUN, '--print', '--state', 's', '--json', '--max-quarantined', '1'];
    const ended = await call([...args, ...BY_ROWS, '--epoch-rows', '1']);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('--max-quarantined 1');
    expect(ended.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(12);
    expect(summaryOf(ended)).toMatchObject({ epochs: 2, sources: { sale: { read: 2, quarantined: 1 } } });
    const shown = await call(['quarantine', 'daily', '--state', 's']);
    expect(shown.stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  test('nothing is committed: the summary says so', async () => {
    project.write({ 'in.ndjson': 'nonsense\n' });
    const ended = await call([...RUN, '--print', '--json', '--max-quarantined', '0']);
    expect(ended.code).toBe(1);
    expect(summaryOf(ended)).toMatchObject({ epochs: 0, sources: { sale: { read: 0 } } });
  });
});

test('Ctrl-C twice ends at once', async () => {
  const wide = Array.from({ length: 20_000 }, (_, i) => row(`${i}`.padEnd(200, '.'), 1)).join('');
  project.write({ 'in.ndjson': wide });
  const run = start([...RUN, '--print', ...BY_ROWS, '--epoch-rows', '10'], { cwd: project.path });
  await run.shows('"epoch":3');
  // Nobody reads: the run waits for its reader.
  run.child.stdout?.pause();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  run.child.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 900));
  expect(run.child.exitCode).toBeNull();
  run.child.kill('SIGINT');
  run.child.stdout?.resume();
  expect(await run.ended).toMatchObject({ code: 130 });
});
