// Events over HTTP into files, and a job over them, as a user runs both.

import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type Folder, folder, millrace, PROJECT, type Started, start } from './command.ts';
import { usePackedCommand } from './packed-command.ts';

jest.setTimeout(60_000);
usePackedCommand();

let project: Folder;
beforeAll(() => {
  project = folder(PROJECT);
});
afterAll(() => project.remove());

const TOKEN = 'only-for-this-test';
const collect = async (): Promise<Started & { readonly url: string }> => {
  const started = start(['collect', '--port', '0', '--token-env', 'TOKEN'], {
    cwd: project.path,
    env: { TOKEN },
  });
  let shown = '';
  started.child.stdout?.on('data', (chunk: string) => {
    shown += chunk;
  });
  await started.shows('POST /sale');
  return { ...started, url: /http:\/\/\S+/.exec(shown)?.[0] as string };
};
const post = (url: string, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${url}/sale`, {
    method: 'POST',
    body: body as NonNullable<RequestInit['body']>,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}`, ...headers },
  });
const days = async () => {
  const args = [
    'run',
    'daily',
    '--input',
    'sale=.millrace/collected/sale',
    '--database',
    'sqlite:out.db',
    '--json',
  ];
  const ended = await millrace(args, { cwd: project.path });
  expect(ended).toMatchObject({ code: 0 });
  return JSON.parse(ended.stdout).sources.sale as { read: number; quarantined: number };
};

test('events that are answered are there, each once, through a kill; a job goes on over them', async () => {
  const first = await collect();
  expect(await (await post(first.url, '{"day":"a","amount":1}')).json()).toEqual({ accepted: 1 });
  const gzip = gzipSync('{"day":"a","amount":2}\n{"day":"b","amount":3}\n');
  const lines = { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' };
  expect(await (await post(first.url, gzip, lines)).json()).toEqual({ accepted: 2 });
  let answered = 3;
  const writers = Array.from({ length: 4 }, async () => {
    for (;;) {
      const reply = await post(first.url, JSON.stringify([{ day: 'c' }, { day: 'd' }])).catch(
        () => undefined,
      );
      if (reply?.ok !== true) return;
      answered += 2;
      if (answered > 200) first.child.kill('SIGKILL');
    }
  });
  await Promise.all(writers);
  expect((await first.ended).signal).toBe('SIGKILL');
  const second = await collect();
  const { read, quarantined } = await days();
  // Requests that were under way may be in, whole.
  expect(read).toBeGreaterThanOrEqual(answered);
  expect(read).toBeLessThanOrEqual(answered + 8);
  expect((read - 3) % 2).toBe(0);
  expect(quarantined).toBe(0);
  expect((await post(second.url, '[{"day":"e"}]')).status).toBe(200);
  second.child.kill('SIGTERM');
  expect(await second.ended).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 event collected') as unknown,
  });
  expect((await days()).read).toBe(read + 1);
});

test('what cannot be taken is answered with why, and nothing of it is stored', async () => {
  const { url, child, ended } = await collect();
  const before = (await days()).read;
  const answers = {
    bad: await post(url, '[{"day":"a"},{"amount":"x"}]'),
    token: await post(url, '{}', { authorization: 'Bearer wrong' }),
    json: await post(url, '{'),
    type: await post(url, 'x', { 'content-type': 'text/plain' }),
    source: await fetch(`${url}/sal`, { method: 'POST', headers: { authorization: `Bearer ${TOKEN}` } }),
    method: await fetch(`${url}/sale`, { headers: { authorization: `Bearer ${TOKEN}` } }),
  };
  expect(Object.fromEntries(Object.entries(answers).map(([name, { status }]) => [name, status]))).toEqual({
    bad: 400,
    token: 401,
    json: 400,
    type: 415,
    source: 404,
    method: 405,
  });
  expect(await answers.bad.text()).toMatch(/amount/);
  expect(await answers.source.text()).toMatch(/sale/);
  child.kill('SIGTERM');
  const { stderr, stdout } = await ended;
  expect(stdout + stderr).not.toContain(TOKEN);
  expect((await days()).read).toBe(before);
});
