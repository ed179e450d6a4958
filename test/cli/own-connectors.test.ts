// Connectors of one's own in the configuration, as a user runs them.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type Folder, folder, millrace, PROJECT } from './command.ts';
import { usePackedCommand } from './packed-command.ts';

jest.setTimeout(60_000);
usePackedCommand();

const CONFIG = `
import { defineConfig, memoryDatabase, recordSource } from 'millrace';
const events = ['{"day":"mon","amount":1}', 'no JSON', '{"day":"mon","amount":2}', '{"day":"tue"}'];
const given = {
  connector: 'own',
  open: (spec) => recordSource(spec, {
    topic: 'given',
    label: 'four events',
    open: ({ all = 0 }) => {
      let at = all;
      return {
        next: async () => at >= events.length ? null : [{ partition: 'all', offset: at, raw: Buffer.from(events[at++]) }],
        close: async () => {},
      };
    },
  }),
} as const;
export default defineConfig({
  production: { sources: { sale: given }, tables: { '*': { connector: 'sql', url: 'sqlite:out.db' } } },
  memory: { sources: { sale: given }, tables: { '*': { connector: 'own', open: () => memoryDatabase() } } },
  other: { sources: { sale: { ...given, open: (spec) => recordSource(spec, { topic: 'other', label: 'x', open: () => ({}) as never }) } },
    tables: { '*': { connector: 'sql', url: 'sqlite:out.db' } } },
  thrown: { sources: { sale: { connector: 'own', open: () => { throw new Error('no way in'); } } }, tables: { '*': { connector: 'sql', url: 'sqlite:out.db' } } },
  nothing: { sources: { sale: { connector: 'own', open: () => undefined as never } }, tables: { '*': { connector: 'sql', url: 'sqlite:out.db' } } },
  thrownTable: { sources: { sale: given }, tables: { '*': { connector: 'own', open: async () => { throw new Error('no way in'); } } } },
  nothingTable: { sources: { sale: given }, tables: { '*': { connector: 'own', open: () => ({}) as never } } },
  wrongly: { sources: { sale: { connector: 'kafka', brokers: 'localhost' } }, tables: { '*': { connector: 'sql', url: 'sqlite:out.db' } } },
  broken: { sources: { sale: { connector: 'own', opne: given.open } as never }, tables: { '*': { connector: 'own', open: 'x' } as never } },
});
`;
let project: Folder;
beforeAll(() => {
  project = folder({ ...PROJECT, 'millrace.config.ts': CONFIG });
});
afterAll(() => project.remove());
const run = (...args: string[]) =>
  millrace(['run', 'daily', '--state', 'state', ...args], { cwd: project.path });

test('a source of one’s own is read, and read on from the state; a bad record is told with its place', async () => {
  const first = await run('--env', 'production', '--json');
  expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('four events') });
  expect(JSON.parse(first.stdout)).toMatchObject({
    sources: { sale: { read: 4, applied: 3, quarantined: 1 } },
  });
  const rejected = await millrace(['quarantine', 'daily', '--state', 'state'], { cwd: project.path });
  expect(JSON.parse(rejected.stdout)).toMatchObject({ file: 'given[all]', offset: 1, raw: 'no JSON' });
  expect(JSON.parse((await run('--env', 'production', '--json')).stdout)).toMatchObject({ run: { rows: 0 } });
  expect(await run('--env', 'other')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('the state was read from given, and now it is other'),
  });
});

test('tables of one’s own; explain says what they are', async () => {
  const ended = await millrace(['run', 'daily', '--env', 'memory', '--json'], { cwd: project.path });
  expect(JSON.parse(ended.stdout)).toMatchObject({ tables: { day_total: { inserted: 2 } } });
  const { stdout } = await millrace(['explain', 'daily', '--env', 'memory'], { cwd: project.path });
  expect(stdout).toContain('memory: as far as connectors of one’s own promise it, exactly once');
  expect(stdout).toMatch(
    /source sale {7}own, read on as its connector promises\n {2}table {2}day_total {2}own, written as its connector promises/,
  );
});

test.each([
  ['thrown', 1, 'millrace.config.ts: thrown.sources.sale: open: no way in'],
  ['nothing', 2, 'millrace.config.ts: nothing.sources.sale: open must answer with a source'],
  ['thrownTable', 1, 'millrace.config.ts: thrownTable.tables.*: open: no way in'],
  ['nothingTable', 2, 'millrace.config.ts: nothingTable.tables.*: open must answer with a database'],
  ['wrongly', 2, "millrace.config.ts: wrongly.sources.sale: source 'sale': brokers: wants host:port"],
])('what fails at the opening names its place: %s', async (env, code, message) => {
  const ended = await millrace(['run', 'daily', '--state', `state-${env}`, '--env', env], {
    cwd: project.path,
  });
  expect(ended).toMatchObject({ code, stderr: expect.stringContaining(`millrace: ${message}`) });
  expect(ended.stderr).not.toMatch(/unexpected|--verbose/);
});

test('check names what is wrong with one', async () => {
  const { code, stderr } = await millrace(['check', 'daily'], { cwd: project.path });
  expect(code).toBe(2);
  expect(stderr).toContain("broken.sources.sale.opne: unknown setting 'opne' of own; the nearest is 'open'");
  expect(stderr).toContain('broken.sources.sale.open is missing');
  expect(stderr).toContain('broken.tables.*.open must be a function');
});
