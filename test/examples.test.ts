// The programs of examples/ run as their first lines say.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { ROOT } from './cli/command.ts';

const run = promisify(execFile);
const env = { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined };
const example = (name: string) => run('npx', ['tsx', `examples/${name}.ts`], { cwd: ROOT, env });

test('in-a-program: changes of every epoch, the bad row, the counts', async () => {
  const { stdout } = await example('in-a-program');
  expect(stdout.trim().split('\n')).toEqual([
    'epoch 1  +I  2025011509  120.5',
    'epoch 2  -U  2025011509  120.5',
    'epoch 2  +U  2025011509  200.5',
    'epoch 3  -U  2025011509  200.5',
    'epoch 3  +U  2025011509  80',
    'epoch 3  +I  2025011510  99.9',
    "row 3, account_payble: wanted DOUBLE, got 'much'",
    '{ read: 4, applied: 3, filtered: 0, quarantined: 1 }',
  ]);
}, 30_000);

test('test-a-job: its tests pass', async () => {
  const { stdout } = await example('test-a-job');
  expect(stdout).toMatch(/^[#ℹ] pass 2$/m);
  expect(stdout).toMatch(/^[#ℹ] fail 0$/m);
}, 30_000);
