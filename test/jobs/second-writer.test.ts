// Another program that inserts, corrects and deletes rows of the dimension all the time, while the job runs, is killed, and starts again: no change
// of his is lost, no row that he deleted comes back, every alert follows from a row that stood there.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';
import { random } from '../../src/connectors/generator/random.ts';
import type { Summary } from '../../src/runtime/summary.ts';
import { type Ended, start } from '../cli/command.ts';
import { createDatabase, databaseKinds, type TestDatabase } from '../databases.ts';
import { RUNS } from '../long.ts';
import type { TableRows } from './inputs.ts';
import { SecondWriter } from './second-writer.ts';
import { judge } from './second-writer-check.ts';
import { keepHistory, readHistory } from './second-writer-history.ts';
import { firstRows, KEYS, type PremiumEvents, premiumEvents } from './second-writer-inputs.ts';
import { fillTables, readTable } from './sql-tables.ts';

/** MILLRACE_SEED starts elsewhere. */
const SEED = Number(process.env.MILLRACE_SEED ?? 1);
const KILLS = RUNS;
const ROWS = 240 * RUNS;
const EPOCH_ROWS = 3;
jest.setTimeout(60_000 * (1 + RUNS));

/** Types of the dimension's texts that take what differs by case for equal. */
const BLIND = {
  sqlite: 'TEXT COLLATE NOCASE',
  mysql: 'VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci',
  postgres: 'text COLLATE blind',
};
/** The short form takes MariaDB blind, as its own default is, the others as Millrace makes the table. */
const CASES = databaseKinds
  .flatMap((kind) => [false, true].map((blind) => ({ kind, blind })))
  .filter(({ kind, blind }) => RUNS > 1 || blind === (kind === 'mysql'));

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const folder = mkdtempSync(join(tmpdir(), 'millrace-second-writer-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function prepared(kind: TestDatabase['kind'], blind: boolean): Promise<TestDatabase> {
  const database = await createDatabase(kind, 'second_writer');
  if (blind) {
    if (kind === 'postgres')
      await database.sql(
        "CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
      );
    await database.sql(
      `CREATE TABLE adm_zy_acct_sub_wechat_list (id BIGINT PRIMARY KEY, raw_premium ${BLIND[kind]}, raw_info ${BLIND[kind]})`,
    );
  }
  const rows = KEYS.map((id) => ({
    id,
    raw_premium: firstRows.get(id)?.premium ?? null,
    raw_info: firstRows.get(id)?.info ?? null,
  }));
  await fillTables(database, { raw_info: rows, wechat_activity_user: [] } as TableRows);
  await keepHistory(database);
  return database;
}

/** Runs the job to its end, through kills: at any instant, and where an epoch is in the checkpoint and waits to be written. */
async function runThroughKills(
  database: TestDatabase,
  args: readonly string[],
  writer: SecondWriter,
): Promise<{ last: Ended; kills: number }> {
  const chances = random(SEED);
  let kills = 0;
  for (let step = 0; step < KILLS; step++) {
    const began = await epochOf(database);
    const run = start(args);
    await run.shows('update_info: file');
    const wanted = began + 5 + chances.below(20);
    while ((await epochOf(database)) < wanted && run.child.exitCode === null) await pause(5);
    if (step % 2 === 0) await killAtFence(database, run.child);
    else setTimeout(() => run.child.kill('SIGKILL'), chances.below(30));
    const { signal, code, stderr } = await run.ended;
    if (signal === 'SIGKILL') kills++;
    else expect({ code, stderr }).toMatchObject({ code: 0 });
    // He goes on meanwhile.
    const before = writer.count;
    while (writer.count < before + 60) await pause(5);
  }
  return { last: await start(args).ended, kills };
}

/** The epoch at which the fence stands; 0: there is none. */
async function epochOf({ sql }: TestDatabase): Promise<number> {
  const [row] = await sql('SELECT epoch FROM millrace_fence');
  return Number(row?.epoch ?? 0);
}

/** Kills while the transaction of an epoch waits for its first statement: the epoch is in the checkpoint and nowhere else. */
async function killAtFence(
  { kind, transaction }: TestDatabase,
  child: ReturnType<typeof start>['child'],
): Promise<void> {
  await transaction(async (sql) => {
    await sql(
      kind === 'sqlite'
        ? 'UPDATE millrace_fence SET epoch = epoch'
        : 'SELECT * FROM millrace_fence FOR UPDATE',
    );
    await pause(200);
    child.kill('SIGKILL');
  });
}

function argsOf({ url }: TestDatabase, { lines }: PremiumEvents, name: string): readonly string[] {
  mkdirSync(join(folder, name));
  const input = join(folder, name, 'events.ndjson');
  writeFileSync(input, lines.map((line) => `${line}\n`).join(''));
  return [
    ...['run', 'premium-drop-alert', '--input', `update_info=${input}`, '--database', url],
    ...['--state', join(folder, name, 'state'), '--clock', '2025-01-15T10:00:00+08:00'],
    ...['--epoch-rows', String(EPOCH_ROWS), '--epoch-ms', '0', '--json', '--verbose'],
  ];
}

test.each(CASES)(
  'he and the job write one table of $kind, blind to case: $blind',
  async ({ kind, blind }) => {
    const events = premiumEvents(ROWS, EPOCH_ROWS, SEED);
    const database = await prepared(kind, blind);
    try {
      const args = argsOf(database, events, `${kind}-${blind}`);
      const writer = new SecondWriter(database, SEED);
      const { last, kills } = await runThroughKills(database, args, writer);
      const written = await writer.stop();
      expect(last).toMatchObject({ code: 0 });
      const history = await readHistory(database);
      const verdict = judge(history, events, written);
      const { faults, joined, met, overtaken, writeBacks, alerts, final } = verdict;
      expect({ seed: SEED, faults }).toEqual({ seed: SEED, faults: [] });

      // The tables are what the history ends at.
      const dimension = new Map(
        (await readTable(database, 'raw_info')).map(({ id, raw_premium, raw_info }) => [
          id,
          { premium: raw_premium, info: raw_info },
        ]),
      );
      expect(Object.fromEntries(dimension)).toEqual(
        Object.fromEntries([...final].filter(([, row]) => row !== null)),
      );
      const raised = new Map(
        history.alerts.map(({ id, raw, now }) => [
          id,
          { id, raw_info: raw.info, now_info: now.info, raw_premium: raw.premium, now_premium: now.premium },
        ]),
      );
      const found = await readTable(database, 'wechat_activity_user');
      expect([...found].sort((a, b) => Number(a.id) - Number(b.id))).toEqual(
        [...raised.values()].sort((a, b) => a.id - b.id),
      );

      // Counts of a life with kills in it: each row once, each alert once.
      const summary = JSON.parse(last.stdout.trimEnd().split('\n').at(-1) as string) as Summary;
      const counts = summary.sources.update_info;
      expect(summary.epochs).toBe(events.epochs);
      expect(counts).toMatchObject({ read: ROWS, quarantined: events.broken });
      within(counts?.applied, joined);
      within(summary.tables.raw_info?.updated, met);
      expect(summary.tables.wechat_activity_user?.updated).toBe(alerts);
      // A kill takes back what was told of one epoch at most.
      const told = summary.overtaken?.raw_info;
      within(told, [overtaken[0] - KILLS * EPOCH_ROWS, overtaken[1]]);

      // All of it did happen.
      expect(kills).toBeGreaterThan(0);
      expect(Math.min(told as number, writeBacks, alerts, written.length)).toBeGreaterThan(5);
    } finally {
      await database.drop();
    }
  },
);

function within(n: number | undefined, [least, most]: readonly [number, number]): void {
  expect(n).toBeGreaterThanOrEqual(least);
  expect(n).toBeLessThanOrEqual(most);
}
