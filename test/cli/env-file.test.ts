import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Folder, folder, millrace, PROJECT } from './command.ts';
import { usePackedCommand } from './packed-command.ts';

jest.setTimeout(60_000);
usePackedCommand();

const CONFIG = `
import { defineConfig, env } from 'millrace';
export default defineConfig({
  production: {
    sources: { sale: { connector: 'file', path: 'in.ndjson' } },
    tables: { '*': { connector: 'sql', url: env('OUT') } },
  },
});
`;
let project: Folder;
beforeEach(() => {
  project = folder({ ...PROJECT, 'millrace.config.ts': CONFIG, 'in.ndjson': '{"day":"mon","amount":1}\n' });
});
afterEach(() => project.remove());
const run = (env: Readonly<Record<string, string>> = {}) =>
  millrace(['run', 'daily', '--env', 'production'], { cwd: project.path, env });
const made = (name: string) => existsSync(join(project.path, name));

test('variables of .env are taken; those that are set already win', async () => {
  project.write({ '.env': '# where it goes\nOUT=sqlite:from-file.db\n' });
  expect(await run()).toMatchObject({ code: 0 });
  expect(made('from-file.db')).toBe(true);
  await run({ OUT: 'sqlite:set.db' });
  expect(made('set.db')).toBe(true);
});

test.each([
  ['a byte order mark', '\uFEFFOUT=sqlite:it.db\n'],
  ['lines that end as on Windows', 'OTHER=1\r\nOUT=sqlite:it.db\r\n'],
  ['quotes', 'OUT="sqlite:it.db" # where it goes'],
])('.env may have %s', async (_, text) => {
  project.write({ '.env': text });
  expect(await run()).toMatchObject({ code: 0 });
  expect(made('it.db')).toBe(true);
});

test('a .env that cannot be read is exit 2; none is none', async () => {
  expect((await run()).stderr).toContain('the environment variable OUT is not set');
  project.write({ '.env/x': '' });
  expect(await run()).toMatchObject({ code: 2, stderr: expect.stringContaining('.env: cannot be read') });
});
