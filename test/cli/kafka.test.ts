// A job over a topic of a real broker, as a user runs it.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { startBroker, type TestBroker } from '../connectors/kafka/broker.ts';
import { committedRecords } from '../connectors/kafka/committed-records.ts';
import { type Folder, folder, millrace, PROJECT, start } from './command.ts';
import { usePackedCommand } from './packed-command.ts';

jest.setTimeout(120_000);
usePackedCommand();

let broker: TestBroker | undefined;
let project: Folder;
beforeAll(async () => {
  broker = await startBroker();
  project = folder({ ...PROJECT, 'millrace.config.ts': CONFIG });
});
afterAll(async () => {
  project.remove();
  await broker?.close();
});

const CONFIG = `
import { defineConfig, env } from 'millrace';
const kafka = { connector: 'kafka', brokers: env('KAFKA'), topic: 'sales', groupId: 'watchers' } as const;
const tables = { '*': { connector: 'sql', url: 'sqlite:out.db' } } as const;
export default defineConfig({
  production: { sources: { sale: kafka }, tables },
  once: { sources: { sale: { ...kafka, until: 'latest' } }, tables },
  topics: {
    sources: { sale: { ...kafka, until: 'latest' } },
    tables: { '*': { connector: 'kafka', brokers: env('KAFKA'), compression: 'gzip' } },
  },
  wrong: { sources: { sale: { ...kafka, topic: 'sale' } }, tables },
});
`;

const sales = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) =>
    JSON.stringify({ day: `d${(from + i) % 3}`, amount: from + i }),
  );

test('a topic is read on from where the state stands, also after a kill; bad messages are told with partition and offset', async () => {
  if (broker === undefined) return;
  const env = { KAFKA: broker.brokers.join(',') };
  await broker.createTopic('sales', 2);
  await broker.send('sales', 0, [...sales(0, 50), 'no JSON']);
  await broker.send('sales', 1, sales(50, 100));
  const explained = await millrace(['explain', 'daily', '--env', 'production'], { cwd: project.path, env });
  expect(explained.stdout).toMatch(/production: exactly once\n {2}source sale {7}kafka, read on/);
  const args = ['run', 'daily', '--state', 'state', '--env'];
  const running = start([...args, 'production', '--epoch-rows', '10'], { cwd: project.path, env });
  const found = async () =>
    (await millrace(['state', 'daily', '--state', 'state'], { cwd: project.path })).stdout;
  for (let i = 0; i < 100 && !/\b101\b/.test(await found()); i++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  running.child.kill('SIGKILL');
  await running.ended;
  await broker.send('sales', 1, sales(100, 120));
  const ended = await millrace([...args, 'once', '--json'], { cwd: project.path, env });
  expect(ended.stderr).not.toContain('Error');
  expect(ended.code).toBe(0);
  expect(JSON.parse(ended.stdout)).toMatchObject({
    sources: { sale: { read: 121, applied: 120, quarantined: 1 } },
  });
  const rejected = await millrace(['quarantine', 'daily', '--state', 'state'], { cwd: project.path });
  expect(JSON.parse(rejected.stdout)).toMatchObject({
    file: 'sales[0]',
    offset: 50,
    reason: 'not valid JSON',
  });
  const groups = await broker.admin.fetchOffsets({ groupId: 'watchers', topics: ['sales'] });
  expect(groups[0]?.partitions.map(({ offset }) => offset).sort()).toEqual(['51', '70']);
});

test('a table may be a topic: its rows are records by key, once, and explain says so', async () => {
  if (broker === undefined) return;
  const at = { cwd: project.path, env: { KAFKA: broker.brokers.join(',') } };
  await broker.createTopic('sales', 2).catch(() => {});
  await broker.send('sales', 0, ['{"day":"topic","amount":1}', '{"day":"topic","amount":2.5}']);
  const { stdout } = await millrace(['explain', 'daily', '--env', 'topics'], at);
  expect(stdout).toMatch(
    /topics: exactly once\n.*\n {2}table {2}day_total {2}kafka, each epoch in one transaction/,
  );
  const args = ['run', 'daily', '--env', 'topics', '--state', 'in-topics', '--json'];
  expect(await millrace(args, at)).toMatchObject({ code: 0 });
  expect(JSON.parse((await millrace(args, at)).stdout)).toMatchObject({ run: { rows: 0 } });
  const records = await committedRecords(broker.brokers, 'day_totals');
  const rows = records.map(({ key, value }) => [JSON.parse(String(key)), JSON.parse(String(value))]);
  expect(rows).toContainEqual([{ day: 'topic' }, { day: 'topic', total: 3.5, n: 2 }]);
  expect(new Set(rows.map(([{ day }]) => day)).size).toBe(rows.length);
});

test('a topic that is not there is exit 2, with the one that may be meant', async () => {
  if (broker === undefined) return;
  const env = { KAFKA: broker.brokers.join(',') };
  const ended = await millrace(['run', 'daily', '--env', 'wrong', '--state', 'other'], {
    cwd: project.path,
    env,
  });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain("has no topic 'sale': did you mean 'sales'?");
});
