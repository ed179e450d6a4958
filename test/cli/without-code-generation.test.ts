// A process that may not make functions from text (a strict policy of its host) runs closures, with the same result.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { schemas } from '../../jobs/catalog.ts';
import { openDatabase } from '../../src/connectors/sql/open-database.ts';
import { createDatabase, databaseKinds } from '../databases.ts';
import { EXAMPLES } from '../jobs/inputs.ts';
import { fillTables, readTable } from '../jobs/sql-tables.ts';
import { LONG } from '../long.ts';
import { expectTables } from '../oracle/expect-tables.ts';
import { tableLines } from '../oracle/table-lines.ts';
import { type Folder, folder, millrace, ROOT } from './command.ts';

jest.setTimeout(120_000);

const FORBIDDEN = { NODE_OPTIONS: '--disallow-code-generation-from-strings' };
const CONFIG = `import { defineConfig, env } from 'millrace';
export default defineConfig({
  test: {
    sources: { '*': { connector: 'generator', rows: 3000, seed: 7 } },
    tables: { '*': { connector: 'sql', url: env('TABLES') } },
  },
});
`;

let project: Folder;
beforeAll(() => {
  project = folder({ 'millrace.config.ts': CONFIG });
  symlinkSync(join(ROOT, 'jobs'), join(project.path, 'jobs'));
});
afterAll(() => project.remove());

/** Runs a job over events of a fixed day, and reads its tables. */
async function outcome(
  job: string,
  tables: readonly string[],
  run: string,
  env: Record<string, string> = {},
) {
  const url = `sqlite:${join(project.path, `${job}-${run}.db`)}`;
  const clock = ['--clock', '2025-01-15T12:00:00+08:00', '--epoch-ms', '0', '--epoch-rows', '700'];
  const ended = await millrace(
    ['run', job, '--env', 'test', ...clock, '--state', `state/${job}-${run}`, '--json'],
    { cwd: project.path, env: { TABLES: url, ...env } },
  );
  expect(ended).toMatchObject({ code: 0 });
  const database = await openDatabase(url);
  const rows = await Promise.all(
    tables.map(async (name) => {
      const schema = schemas.tables.find((table) => table.name === name);
      if (schema === undefined) throw new Error(`there is no table ${name}`);
      return [name, await database.rows(schema)] as const;
    }),
  );
  await database.close();
  const { seconds, ...summary } = JSON.parse(ended.stdout) as Record<string, unknown>;
  expect(seconds).toBeGreaterThan(0);
  return { summary, tables: tableLines(Object.fromEntries(rows)) };
}

describe('the same tables and counts', () => {
  test.each([
    ['hourly-premium', ['hs_order']],
    ['premium-drop-alert', ['wechat_activity_user', 'raw_info']],
    ['user-last-page', ['user_last_log']],
  ] as const)('%s', async (job, tables) => {
    const generated = await outcome(job, tables, 'generated');
    for (const name of tables) expect(generated.tables[name]?.length).toBeGreaterThan(5);
    expect(await outcome(job, tables, 'closures', FORBIDDEN)).toEqual(generated);
  });
});

// The short form leaves the servers out: of their drivers one generates code, and is told not to (`sql/connect.ts`).
describe.each(LONG ? databaseKinds : databaseKinds.slice(0, 1))('from a file into %s', (kind) => {
  test.each(EXAMPLES)('$name', async ({ name, source, clock, before, rows, after }) => {
    const database = await createDatabase(kind, 'closures');
    try {
      await fillTables(database, before);
      project.write({ [`${name}.ndjson`]: rows.map((row) => `${JSON.stringify(row)}\n`).join('') });
      const ended = await millrace(
        [
          'run',
          name,
          '--input',
          `${source}=${name}.ndjson`,
          '--database',
          database.url,
          '--clock',
          clock,
        ].concat(['--epoch-ms', '0', '--epoch-rows', '4', '--state', `state/${name}-${kind}`]),
        { cwd: project.path, env: FORBIDDEN },
      );
      expect(ended).toMatchObject({ code: 0 });
      const wanted = after[rows.length] ?? {};
      const got = Object.keys(wanted).map(
        async (table) => [table, await readTable(database, table)] as const,
      );
      expectTables(Object.fromEntries(await Promise.all(got)), wanted, 'after all rows');
    } finally {
      await database.drop();
    }
  });
});

describe('explain --code', () => {
  test('shows what is generated, as JavaScript, by part of the plan', async () => {
    const { code, stdout, stderr } = await millrace(['explain', 'hourly-premium', '--code'], { cwd: ROOT });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    // It is a program, which does nothing.
    expect(() => new Function(stdout)).not.toThrow();
    const heads = [...stdout.matchAll(/^\/\/ ── (.*)$/gm)].map(([, head]) => head);
    expect(heads).toEqual([
      'jobs/hourly-premium.ts:5: stream user_order (lines of NDJSON)',
      'jobs/hourly-premium.ts:5: stream user_order (objects of a program)',
      'jobs/hourly-premium.ts:6: filter gmt_modified >= startOfToday()',
      'jobs/hourly-premium.ts:10: select',
      'jobs/hourly-premium.ts:8: lastValue by id, day',
      'jobs/hourly-premium.ts:10: groupBy biz_date',
      'jobs/hourly-premium.ts:20: into hs_order',
    ]);
    expect(stdout).toContain('// biz_date = hourOf(gmt_modified)');
  });

  test('--json is one document', async () => {
    const { stdout } = await millrace(['explain', 'premium-drop-alert', '--code', '--json'], { cwd: ROOT });
    const { job, generated, sections } = JSON.parse(stdout);
    expect({ job, generated }).toEqual({ job: 'premium-drop-alert', generated: true });
    expect(sections.map(({ op, role }: Record<string, string>) => `${op} ${role}`)).toContain(
      'lookup write-back',
    );
  });

  test('says where closures run', async () => {
    const ended = await millrace(['explain', 'hourly-premium', '--code'], { cwd: ROOT, env: FORBIDDEN });
    expect(ended).toMatchObject({
      code: 0,
      stderr: '',
      stdout:
        '// hourly-premium (jobs/hourly-premium.ts:20)\n// this process may not make functions from text: closures that do the same run in their place\n',
    });
    const json = await millrace(['explain', 'hourly-premium', '--code', '--json'], {
      cwd: ROOT,
      env: FORBIDDEN,
    });
    expect(JSON.parse(json.stdout)).toMatchObject({ generated: false, sections: [] });
  });
});
