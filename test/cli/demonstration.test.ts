import { execFileSync, spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Folder, folder, millrace, ROOT } from './command.ts';

jest.setTimeout(120_000);

// The jobs of the project in a folder of their own, so that nothing else writes there.
let project: Folder;
beforeAll(() => {
  const scripts = { job: `node ${join(ROOT, 'bin/millrace.mjs')} run` };
  project = folder({
    'package.json': JSON.stringify({ name: 'demo', type: 'module', private: true, scripts }),
  });
  symlinkSync(join(ROOT, 'jobs'), join(project.path, 'jobs'));
});
afterAll(() => project.remove());

describe('where there is no terminal', () => {
  test.each([
    ['hourly-premium', 'hs_order (adm_pfm_zy_order_gmv_msx_hs)', 'biz_date'],
    ['premium-drop-alert', 'wechat_activity_user', 'raw_premium'],
    ['user-last-page', 'user_last_log (adm_zy_moblie_charge_exchg_rs)', 'page_name'],
  ])('%s: plain lines, the table, what was rejected, what to try next', async (job, title, column) => {
    const ended = await millrace(['run', job, '--rows', '25000'], { cwd: project.path });
    expect(ended).toMatchObject({ code: 0, stdout: '' });
    const { stderr } = ended;
    const state = `.millrace/demo/${job}`;
    expect(stderr).not.toContain('\u001b');
    expect(stderr).toMatch(/: [\d,]+ of 25,000 rows, [\d,]+ rows\/s, \d+ epochs?, \d+ quarantined$/m);
    expect(stderr).toContain(`${title}: `);
    expect(stderr).toMatch(new RegExp(`^[a-z_ ]*\\b${column}\\b`, 'm'));
    expect(stderr).toMatch(new RegExp(`^${job}: 25,000 rows in \\d+ epochs`, 'm'));
    expect(stderr).toMatch(/^\d+ rows in quarantine, the first 3:$/m);
    expect(stderr).toContain(`The tables are in ${state}/${job}.db`);
    expect(stderr).toContain(`npx millrace quarantine ${job} --state ${state}`);

    const rejected = await millrace(['quarantine', job, '--state', state], { cwd: project.path });
    const count = Number(/^(\d+) rows in quarantine/m.exec(stderr)?.[1]);
    expect(rejected.stdout.trimEnd().split('\n')).toHaveLength(count);
  });

  test('begins again with an emptied file', async () => {
    const args = ['run', 'hourly-premium', '--rows', '2000', '--json'];
    const first = await millrace(args, { cwd: project.path });
    const second = await millrace(args, { cwd: project.path });
    expect(first.code).toBe(0);
    expect(second.code).toBe(0);
    expect(JSON.parse(second.stdout).run).toEqual({ epochs: expect.any(Number), rows: 2000 });
  });

  test('an environment of the shell is no demonstration', async () => {
    const env = { MILLRACE_ENV: 'production' };
    const ended = await millrace(['run', 'hourly-premium'], { cwd: project.path, env });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain("unknown environment 'production'");
  });
});

const noTmux = spawnSync('tmux', ['-V']).status !== 0;
if (noTmux && process.env.CI === 'true') throw new Error('tmux is not there: the terminal cannot be tested');
if (noTmux)
  process.stderr.write('\n!!! SKIPPED, NOT TESTED: the demonstration in a terminal; install tmux\n\n');

(noTmux ? describe.skip : describe)('in a terminal', () => {
  // Each test has a server of its own: one that ends is not waited for.
  let servers = 0;
  let socket = '';
  const tmux = (...args: string[]): string =>
    execFileSync('tmux', ['-L', socket, ...args], { encoding: 'utf8' });
  const open = (command: string, columns = 100, rows = 40): void => {
    socket = `millrace-test-${process.pid}-${++servers}`;
    // The shell outlives Ctrl-C.
    const shell = `trap : INT; cd ${project.path}; ${command}; echo "exit $?"; sleep 100`;
    tmux('-f', '/dev/null', 'new-session', '-d', '-x', `${columns}`, '-y', `${rows}`, shell);
    tmux('set-option', '-g', 'history-limit', '5000');
  };
  /** What the terminal shows, with what has left it at the top. */
  const screen = (): string => tmux('capture-pane', '-p', '-S', '-2000');
  const until = async (shown: (text: string) => boolean): Promise<string> => {
    for (let i = 0; i < 600; i++) {
      const text = screen();
      if (shown(text)) return text;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`not shown in time:\n${screen()}`);
  };
  afterEach(() => {
    tmux('kill-server');
  });
  const times = (text: string, part: string | RegExp): number => text.split(part).length - 1;

  test('the table changes in place and stays at the end', async () => {
    open('npm run --silent job hourly-premium');
    const early = await until((text) => /[\d,]+ of 100,000 rows/.test(text) && text.includes('biz_date'));
    const late = await until((text) => text.includes('exit 0'));
    expect(early).not.toContain('To try next');
    expect(times(late, /\d rows\/s, /)).toBe(1);
    expect(times(late, 'hs_order (adm_pfm_zy_order_gmv_msx_hs)')).toBe(1);
    expect(late).toContain('100,000 of 100,000 rows');
    expect(late).toContain('To try next:');
  });

  test('a small terminal', async () => {
    open('npm run --silent job premium-drop-alert -- --rows 20000', 40, 12);
    const late = await until((text) => text.includes('exit 0'));
    expect(times(late, 'wechat_activity_user: ')).toBe(1);
  });

  test('--follow goes on live until Ctrl-C', async () => {
    // Without npm: its shell answers Ctrl-C with 130, whatever the command says.
    open(`node ${join(ROOT, 'bin/millrace.mjs')} run user-last-page --follow`);
    const rowsOf = (text: string): number =>
      Number(/page: ([\d,]+) rows?, /.exec(text)?.[1]?.replaceAll(',', '') ?? 0);
    const first = rowsOf(await until((text) => rowsOf(text) > 0));
    await until((text) => rowsOf(text) > first + 100);
    tmux('send-keys', 'C-c');
    const last = await until((text) => text.includes('exit '));
    expect(last).toContain('exit 0');
    expect(last).toMatch(/user-last-page: [\d,]+ rows in \d+ epochs/);
    expect(last).toContain('To try next:');
  });

  test('a run with options shows its progress on one line, which goes', async () => {
    open('npm run --silent job user-last-page -- --env development --rows 50000 --print > /dev/null');
    await until((text) => /of 50,000 rows, /.test(text));
    const last = await until((text) => text.includes('exit 0'));
    expect(last).not.toContain('of 50,000 rows, ');
    expect(last).toMatch(/user-last-page: 50,000 rows in \d+ epochs/);
  });
});
