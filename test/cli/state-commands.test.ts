import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { StateFacts } from '../../src/cli/state/state-facts.ts';
import { SqliteFile } from '../../src/sqlite/sqlite-file.ts';
import { type Ended, type Folder, folder, millrace, ROOT, start } from './command.ts';
import { usePackedCommand } from './packed-command.ts';
import { countedIn, lastBy, operatorIn, plan, recount, type Sale, sales } from './state/rich-state.ts';

jest.setTimeout(180_000);
usePackedCommand();

/** The job of `state/jobs/` in a project of its own. */
const FILES = Object.fromEntries(
  ['catalog', 'rich'].map((name) => [
    `jobs/${name}.ts`,
    readFileSync(join(ROOT, `test/cli/state/jobs/${name}.ts`), 'utf8').replace(
      /'[./]+\/src\/dsl\/index\.ts'/,
      "'millrace'",
    ),
  ]),
);
const RUN = ['run', 'rich', '--input', 'sale=in.ndjson', '--database', 'sqlite:out.db', '--state', 'st'];
const SET = ['--clock', '2025-01-15T10:00:00Z', '--epoch-rows', '10', '--epoch-ms', '0', '--json'];
const rows = sales(900, 60);

const linesOf = (some: readonly Sale[]): string => some.map((row) => `${JSON.stringify(row)}\n`).join('');
const jsonLines = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

let project: Folder;
beforeEach(() => {
  project = folder({ ...FILES, 'in.ndjson': linesOf(rows.slice(0, 300)) });
});
afterEach(() => project.remove());
const path = (name: string): string => join(project.path, name);
const call = (...args: readonly string[]): Promise<Ended> => millrace(args, { cwd: project.path });
const add = (from: number, to: number): void =>
  appendFileSync(path('in.ndjson'), linesOf(rows.slice(from, to)));

async function facts(...args: readonly string[]): Promise<StateFacts> {
  const { code, stdout, stderr } = await call('state', 'rich', '--json', '--state', 'st', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as StateFacts;
}

/** Starts a run that waits for more, and waits until it has committed so many epochs. */
async function following(epochs: number) {
  const run = start([...RUN, ...SET, '--follow'], { cwd: project.path });
  await run.shows('sale: file');
  await reached(epochs);
  const kill = async () => {
    run.child.kill('SIGKILL');
    await run.ended;
  };
  return { ...run, kill };
}

async function reached(epochs: number): Promise<void> {
  for (let tries = 0; ((await facts()).epoch ?? 0) < epochs; tries++) expect(tries).toBeLessThan(100);
}

async function tablesOf(database: string): Promise<Record<string, readonly unknown[]>> {
  const file = await SqliteFile.open(path(database), { readOnly: true });
  const tables: Record<string, readonly unknown[]> = {};
  for (const { table } of plan.outputs)
    tables[table.name] = await file.rows(`SELECT * FROM ${table.tableName} ORDER BY 1, 2`);
  await file.close();
  return tables;
}

describe('state', () => {
  test('where a job stands, and what is kept of a key, also when the job cannot be loaded', async () => {
    expect(await call(...RUN, ...SET)).toMatchObject({ code: 0 });
    const all = await facts();
    const begun = rows.slice(0, 300);
    expect(all).toMatchObject({
      ...{ job: 'rich', directory: 'st', epoch: 30, clock: '2025-01-15T10:00:00.000Z' },
      sources: { sale: { read: 300, files: [{ path: 'in.ndjson', offset: linesOf(begun).length }] } },
    });
    expect(countedIn(all)).toEqual(recount(begun));
    const { id, at } = operatorIn(all, 'latest');
    expect(at).toMatch(/^jobs\/rich\.ts:\d+$/);
    const text = await call('state', 'rich', '--state', 'st');
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toContain(`${id}  lastValue at ${at}`);

    const [row] = lastBy(begun, (sale) => sale.id);
    const got = await call('state', 'rich', 'get', at, `${row?.id}`, '--state', 'st');
    expect(got).toMatchObject({ code: 0, stderr: '' });
    expect(jsonLines(got.stdout)).toMatchObject([
      { row: { id: row?.id, price: row?.price }, arrival: row?.i },
    ]);
    const none = await call('state', 'rich', 'get', id, '-7', '--state', 'st');
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toBe(
      `millrace: lastValue at ${at} keeps nothing of the key {"id":-7} as of epoch 30\n`,
    );

    project.write({ 'jobs/rich.ts': 'export default (;' });
    const broken = await call('state', 'rich', '--json', '--state', 'st');
    expect(broken.code).toBe(0);
    expect(broken.stderr).toMatch(
      /^warning: operators stand where they stood in the last run: .*jobs\/rich\.ts/,
    );
    expect((JSON.parse(broken.stdout) as StateFacts).operators).toHaveLength(all.operators.length - 1);
  });

  test('is that of one epoch, while the job runs', async () => {
    const run = await following(1);
    try {
      const seen = new Set<number>();
      for (let from = 300; from < 900; from += 200) {
        add(from, from + 200);
        const all = await facts();
        const epoch = all.epoch as number;
        seen.add(epoch);
        const begun = rows.slice(0, epoch * 10);
        expect(all.sources.sale).toMatchObject({
          read: begun.length,
          files: [{ offset: linesOf(begun).length }],
        });
        expect(countedIn(all)).toEqual(recount(begun));
      }
      expect(seen.size).toBeGreaterThan(1);
    } finally {
      await run.kill();
    }
  });
});

describe('the disk is lost', () => {
  test('backup, restore and --rebase lead to the tables of an undisturbed run', async () => {
    const run = await following(5);
    try {
      const copied = await call('backup', 'rich', 'copy.db', '--state', 'st');
      expect(copied).toMatchObject({ code: 0, stderr: '' });
      expect(copied.stdout).toMatch(/^rich: epoch \d+ of st in copy\.db, [0-9,]+ bytes\n$/);
      add(300, 600);
      await reached(50);
      const used = await call('restore', 'rich', 'copy.db', '--state', 'st');
      expect(used).toMatchObject({ code: 3, stderr: expect.stringContaining('is in use by another run') });
    } finally {
      await run.kill();
    }
    rmSync(path('st'), { recursive: true });
    add(600, 900);
    const back = await call('restore', 'rich', 'copy.db', '--state', 'st');
    expect(back).toMatchObject({ code: 0, stderr: '' });
    expect(back.stdout).toMatch(/^rich: epoch \d+ of copy\.db is in st\nRun the job: .*--rebase\n$/);
    expect(readdirSync(path('st')).sort()).toEqual(['checkpoint.db', 'identity.json', 'lock.db']);

    const refused = await call(...RUN, ...SET);
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('--rebase') });
    const ended = await call(...RUN, ...SET, '--rebase');
    expect(ended).toMatchObject({ code: 0 });
    const calm = RUN.map((word) => word.replace('out.db', 'calm.db').replace(/^st$/, 'calm'));
    const whole = await call(...calm, ...SET);
    expect(whole).toMatchObject({ code: 0 });
    expect(await tablesOf('out.db')).toEqual(await tablesOf('calm.db'));
    const counts = ({ stdout }: Ended) => {
      const { epochs, sources } = jsonLines(stdout).at(-1) as Record<string, unknown>;
      return { epochs, sources };
    };
    expect(counts(ended)).toEqual(counts(whole));
  });

  test('what a killed run left beside checkpoints that are gone is not taken for theirs', async () => {
    expect(await call(...RUN, ...SET)).toMatchObject({ code: 0 });
    expect(await call('backup', 'rich', 'copy.db', '--state', 'st')).toMatchObject({ code: 0 });
    const before = await facts();
    add(300, 600);
    await (await following(50)).kill();
    expect(existsSync(path('st/checkpoint.db-wal'))).toBe(true);
    rmSync(path('st/checkpoint.db'));
    for (const args of [['state', 'rich'], ['backup', 'rich', 'new.db'], RUN.slice(0, -2)])
      expect(await call(...args, '--state', 'st')).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('npx millrace restore <job> <file> --state st'),
      });
    expect(await call('restore', 'rich', 'copy.db', '--state', 'st')).toMatchObject({ code: 0 });
    expect(await facts()).toEqual({ ...before, bytes: expect.anything() });
  });

  test('files and directories that do not fit are left as they are', async () => {
    project.write({ 'words.txt': 'no copy' });
    expect(await call(...RUN, ...SET)).toMatchObject({ code: 0 });
    expect(await call('backup', 'rich', 'copy.db', '--state', 'st')).toMatchObject({ code: 0 });
    const before = readdirSync(project.path, { recursive: true });
    for (const [args, code, message] of [
      [['backup', 'rich'], 2, 'backup wants a file: npx millrace backup <name> <file>'],
      [['backup', 'rich', 'copy.db', '--state', 'st'], 2, 'copy.db is there already: name another file'],
      [['backup', 'rich', 'new.db', '--state', 'none'], 2, 'there is no state of rich in none'],
      [['restore', 'rich', 'words.txt', '--state', 'new'], 2, 'words.txt is no copy of a state'],
      [['restore', 'reich', 'copy.db', '--state', 'new'], 2, "unknown job 'reich': the nearest is 'rich'"],
      [
        ['restore', 'rich', 'copy.db', '--state', 'st'],
        3,
        "st holds a state of 'rich' already: move the directory",
      ],
      [['state', 'rich', 'put'], 2, "unknown word 'put' of state: the nearest is 'get'"],
    ] as const) {
      const ended = await call(...args);
      expect({ args, ...ended }).toMatchObject({ args, code, stdout: '' });
      expect(ended.stderr).toContain(message);
      expect(readdirSync(project.path, { recursive: true })).toEqual(before);
    }
  });
});

test.each(['state', 'backup', 'restore'])('%s --help tells its options', async (command) => {
  const ended = await millrace([command, '--help']);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toContain(`npx millrace ${command} <name> `);
  const options = [...ended.stdout.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name);
  expect(options.join(' ')).toBe(
    command === 'state' ? 'state env json verbose help' : 'state env verbose help',
  );
});
