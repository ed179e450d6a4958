import { execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, jest, test } from '@jest/globals';
import { inputFolder, line } from './input-folder.ts';

// Processes are started, on machines that do other things too.
jest.setTimeout(60_000);

const { file } = inputFolder();

describe('standard input', () => {
  const module = fileURLToPath(new URL('../../../src/connectors/file/file-source.ts', import.meta.url));
  const program = `
    const { openFileSource } = await import(${JSON.stringify(module)});
    const column = (name, type) => ({ name, type, nullable: true, length: null, from: 'text' });
    const schema = { kind: 'source', name: 'orders', columns: [column('id', 'BIGINT'), column('name', 'VARCHAR')], options: {} };
    const source = await openFileSource({ schema, keep: ['id', 'name'] }, process.argv.slice(1));
    for (let batch = await source.read(1000); batch; batch = await source.read(1000))
      for (let i = 0; i < batch.n; i++)
        console.log(JSON.stringify([batch.file(i), batch.offset(i), batch.rows[i]?.id ?? batch.rejects[0].reason]));
    await source.close();`;
  const args = (...more: string[]) => [
    '--import',
    'tsx',
    '--input-type=module',
    '--eval',
    program,
    '--',
    ...more,
  ];
  const parse = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((json) => JSON.parse(json));

  test('is NDJSON of a pipe, in its place between files', async () => {
    const a = await file('a.ndjson', line(1));
    const running = promisify(execFile)(process.execPath, args(a, '-'));
    running.child.stdin?.end(`\ufeff${line(2)}x\n\n{"id":3}`);
    expect(parse((await running).stdout)).toEqual([
      [a, 0, 1],
      ['-', 3, 2],
      ['-', 3 + line(2).length, 'not valid JSON'],
      ['-', 3 + line(2).length + 3, 3],
    ]);
  });

  test('rows are there before the pipe ends', async () => {
    const child = spawn(process.execPath, args('-'), { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      child.stdin.write(line(1));
      const [first] = await new Promise<Buffer[]>((resolve) =>
        child.stdout.once('data', (data) => resolve([data])),
      );
      expect(parse(String(first))).toEqual([['-', 0, 1]]);
      const closed = new Promise((resolve) => child.once('close', resolve));
      child.stdin.end();
      expect(await closed).toBe(0);
    } finally {
      child.kill();
    }
  });

  test('many rows of a pipe, and of a process that forbids code generation', async () => {
    const content = Array.from({ length: 20_000 }, (_, i) => line(i, i % 3 ? '王小明' : 'a\tb')).join('');
    const outputs: unknown[][] = [];
    for (const flags of [[], ['--disallow-code-generation-from-strings']]) {
      const running = promisify(execFile)(process.execPath, [...flags, ...args('-')], { maxBuffer: 1 << 26 });
      running.child.stdin?.end(content);
      outputs.push(parse((await running).stdout));
    }
    expect(outputs[0]?.length).toBe(20_000);
    expect(outputs[1]).toEqual(outputs[0]);
  });
});
