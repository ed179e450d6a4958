import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { LONG } from '../../long.ts';
import { startBroker, type TestBroker } from './broker.ts';
import { committedRecords } from './committed-records.ts';
import { appended, LAST_EPOCH, rowsOf, upserted } from './written-epochs.ts';

jest.setTimeout(60_000);
// Looks often for transactions that are over their time.
const started = LONG
  ? await startBroker({ 'transaction.abort.timed.out.transaction.cleanup.interval.ms': '300' })
  : undefined;
const broker = started as TestBroker;
const described = started ? describe : describe.skip;
const directory = mkdtempSync(join(tmpdir(), 'millrace-crash-'));
const PROCESS = fileURLToPath(new URL('writing-process.ts', import.meta.url));
const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true });
  await started?.close();
});

/** Starts the process; `shown` is called with each epoch that it has written. How it ended: a signal, or what it complained of. */
async function write(place = 'none', at = 0, shown?: (child: ChildProcess) => void): Promise<string> {
  const args = ['--import', 'tsx', PROCESS, broker.brokers.join(), join(directory, 'state'), place, `${at}`];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let complaint = '';
  child.stderr?.on('data', (chunk) => {
    complaint += chunk;
  });
  child.stdout?.on('data', () => shown?.(child));
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on('close', (...ended) => resolve(ended)),
  );
  return signal ?? (code === 0 ? 'ended' : complaint);
}

described('a process that is killed', () => {
  test('leaves each row once, wherever in a commit it ends', async () => {
    expect(await write('sent', 3)).toBe('SIGKILL');
    // Readers wait until the cluster gives up what the process has left open.
    const before = await committedRecords(broker.brokers, appended.tableName);
    expect(new Set(before.map(({ value }) => JSON.parse(value as string).epoch))).toEqual(new Set([1, 2]));
    expect(await write('committed', 5)).toBe('SIGKILL');
    expect(await write('sent', 6)).toBe('SIGKILL');
    expect(await write('sent', 6)).toBe('SIGKILL');
    // At moments of chance.
    for (const epochs of [3, 5, 8]) {
      let shown = 0;
      const wait = 5 + 12 * epochs;
      const ended = await write('none', 0, (child) => {
        if (++shown === epochs) setTimeout(() => child.kill('SIGKILL'), wait);
      });
      expect(ended).toBe('SIGKILL');
    }
    expect(await write()).toBe('ended');
    const rows = await committedRecords(broker.brokers, appended.tableName);
    const texts = rows.map(({ value }) => value as string).sort();
    const all = Array.from({ length: LAST_EPOCH }, (_, i) => rowsOf(i + 1).map((row) => JSON.stringify(row)));
    expect(texts).toEqual(all.flat().sort());
    const upserts = await committedRecords(broker.brokers, upserted.tableName);
    expect(upserts.length).toBe(texts.length);
    // Tries that were given up are there for others.
    expect((await committedRecords(broker.brokers, appended.tableName, false)).length).toBeGreaterThan(
      rows.length,
    );
  });
});
