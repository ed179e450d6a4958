// A whole job whose dimension is in Tablestore.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { build, stop } from 'esbuild';
import type { Database } from '../../../src/connectors/database.ts';
import { random } from '../../../src/connectors/generator/random.ts';
import { openOtsDatabase } from '../../../src/connectors/ots/ots-database.ts';
import type { OtsValue } from '../../../src/connectors/ots/ots-port.ts';
import { openDatabase } from '../../../src/connectors/sql/open-database.ts';
import { tablesOf } from '../../../src/plan/derive/tables.ts';
import { iterableSource } from '../../../src/runtime/sources/iterable-source.ts';
import { start } from '../../../src/runtime/start.ts';
import type { Summary } from '../../../src/runtime/summary.ts';
import { ROOT } from '../../cli/command.ts';
import { EXAMPLES, type Example } from '../../jobs/inputs.ts';
import type { Written } from '../../jobs/second-writer.ts';
import { judge } from '../../jobs/second-writer-check.ts';
import type { AlertWritten, DimensionChange, History } from '../../jobs/second-writer-history.ts';
import {
  type DimensionRow,
  firstRows,
  KEYS,
  laneOf,
  premiumEvents,
  premiumOfWriter,
  wordOfWriter,
} from '../../jobs/second-writer-inputs.ts';
import { expectTables } from '../../oracle/expect-tables.ts';
import { type OtsServer, type SeenWrite, startOtsServer } from './ots-server.ts';
import type { RunSettings } from './run-job.ts';

/** MILLRACE_RUNS above 1: the long form. */
const RUNS = Number(process.env.MILLRACE_RUNS ?? 1);
jest.setTimeout(60_000);

const DIMENSION = 'adm_zy_acct_sub_wechat_list';
const ALERTS = 'wechat_activity_user';
const FENCE = 'millrace_fence';

let server: OtsServer;
let folder: string;
const children = new Set<ChildProcess>();

beforeEach(async () => {
  server = await startOtsServer();
  server.create(DIMENSION, [{ name: 'id', type: 'INTEGER' }]);
  folder = mkdtempSync(join(tmpdir(), 'millrace-ots-'));
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  await server.close();
  rmSync(folder, { recursive: true });
});

/** A row as Tablestore has it. */
const stored = (row: object): Record<string, OtsValue> =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, typeof value === 'number' ? BigInt(value) : value]),
  );

describe('the dimension in Tablestore, the alerts in SQLite', () => {
  const example = EXAMPLES.find(({ name }) => name === 'premium-drop-alert') as Example;
  const { job, source, clock, before, rows, after } = example;

  test.each([1, 4, 1000])('the same tables, %i rows an epoch', async (epochRows) => {
    for (const row of before.raw_info ?? []) server.put(DIMENSION, stored(row));
    const databases: Record<string, Database> = {
      raw_info: await openOtsDatabase(server),
      wechat_activity_user: await openDatabase(`sqlite:${join(folder, 'alerts.db')}`),
    };
    const opened = Object.values(databases);
    const log: string[] = [];
    const { done } = start(job.plan, {
      sources: { [source]: (spec) => iterableSource(rows, spec) },
      databases,
      clock: () => Date.parse(clock),
      epochRows,
      epochMs: 0,
      log: (line) => log.push(line),
    });
    await done;
    const tables = tablesOf(job.plan).map(async ({ table }) => {
      const found = await (databases[table.name] as Database).rows(table);
      return [table.name, found] as const;
    });
    expectTables(Object.fromEntries(await Promise.all(tables)), after[rows.length] ?? {}, 'in the end');
    expect(log).toEqual([]);
    // One look-up of the epoch's keys, by batch.
    const lookups = server.seen.filter(
      (seen) => seen.operation === 'BatchGetRow' && seen.table === DIMENSION,
    );
    expect(lookups.length).toBeLessThanOrEqual(Math.ceil(rows.length / epochRows));
    await Promise.all(opened.map((database) => database.close()));
  });
});

/** What the server sees of the dimension, the alerts and the fence, as the judge of write-backs takes it. */
class Seen {
  readonly changes: DimensionChange[] = [];
  readonly alerts: AlertWritten[] = [];
  readonly fences: { readonly n: number; readonly epoch: number }[] = [];
  #n = 0;
  /** When the fence was read that stands before the rows of the epoch. */
  #fenceRead = 0;
  #begin: number | undefined;
  #raised: Omit<AlertWritten, 'n'>[] = [];

  fenceIsRead(): void {
    this.#fenceRead = ++this.#n;
  }

  write({ table, asked, before, after }: SeenWrite): void {
    const n = ++this.#n;
    if (asked && table !== FENCE) this.#begin ??= this.#fenceRead;
    if (table === DIMENSION) {
      const id = Number((before ?? after)?.id);
      this.changes.push({ n, id, before: dimensionRow(before, 'raw'), after: dimensionRow(after, 'raw') });
    } else if (table === ALERTS) {
      // An epoch that is written again changes nothing.
      if (JSON.stringify(stored(before ?? {}), big) === JSON.stringify(stored(after ?? {}), big)) return;
      const [raw, now] = [dimensionRow(after, 'raw'), dimensionRow(after, 'now')];
      this.#raised.push({ id: Number(after?.id), raw: raw as DimensionRow, now: now as DimensionRow });
    } else if (before?.epoch !== after?.epoch && after?.epoch !== 0n) {
      // The epoch is done: its alerts count from now on, its begin was at its first row.
      this.alerts.push(...this.#raised.map((alert) => ({ ...alert, n })));
      this.#raised = [];
      this.fences.push({ n: this.#begin ?? this.#fenceRead, epoch: Number(after?.epoch) });
      this.#begin = undefined;
    }
  }

  get history(): History {
    return this;
  }
}

const big = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value);
const dimensionRow = (row: SeenWrite['after'], which: 'raw' | 'now'): DimensionRow | null =>
  row
    ? {
        premium: (row[`${which}_premium`] as string | undefined) ?? null,
        info: (row[`${which}_info`] as string | undefined) ?? null,
      }
    : null;

/** Another program that changes rows of the dimension between any two requests of the job. */
function secondWriter(seed: number) {
  const chances = random(seed);
  const written: Written[] = [];
  let words = KEYS.length;
  const keys = KEYS.filter((id) => laneOf(id) !== 'calm');
  const rowOf = (id: number) => server.table(DIMENSION)?.rows.get(JSON.stringify([`${id}n`]));
  const put = (id: number, row: DimensionRow) => {
    server.put(DIMENSION, stored({ id, raw_premium: row.premium, raw_info: row.info }));
    written.push({ id, after: row });
  };
  const one = () => {
    const id = chances.one(keys);
    const n = words++;
    const [premium, info] = [premiumOfWriter(id, n), wordOfWriter(n)];
    const there = rowOf(id);
    if (there && chances.chance(0.12)) {
      server.remove(DIMENSION, { id: BigInt(id) });
      written.push({ id, after: null });
    } else if (there && laneOf(id) === 'any' && chances.chance(0.4))
      put(id, chances.chance(0.5) ? { premium, info: null } : { premium: null, info });
    else put(id, { premium, info });
  };
  return {
    written,
    change() {
      for (let i = chances.below(4); i > 0; i--) one();
    },
  };
}

/** Packs a program without types: it starts in half the time. @returns its file */
async function pack({ pathname }: URL): Promise<string> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: [pathname],
    outdir: join(folder, 'program'),
    ...{
      bundle: true,
      splitting: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node20',
    },
    outExtension: { '.js': '.mjs' },
  });
  await stop();
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return join(folder, 'program', basename(pathname).replace('.ts', '.mjs'));
}

/** Starts a packed program. */
function launch(script: string, ...args: readonly string[]) {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    text.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    text.err += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => {
    children.delete(child);
    return { code: code as number | null, signal: signal as string | null, ...text };
  });
  return { child, ended };
}

test('another writer, and a process that is killed at requests of its commits', async () => {
  const ROWS = RUNS > 1 ? 240 : 120;
  const EPOCH_ROWS = 3;
  const events = premiumEvents(ROWS, EPOCH_ROWS, 1);
  const input = join(folder, 'events.ndjson');
  writeFileSync(input, events.lines.map((line) => `${line}\n`).join(''));
  for (const [id, { premium, info }] of firstRows)
    server.put(DIMENSION, stored({ id, raw_premium: premium, raw_info: info }));
  const { endPoint, instanceName, accessId, accessKey } = server;
  const options = { endPoint, instanceName, accessId, accessKey, retryIntervalMs: 5 };
  const settings: RunSettings = { options, input, state: join(folder, 'state'), epochRows: EPOCH_ROWS };

  const seen = new Seen();
  server.watch((write) => seen.write(write));
  const writer = secondWriter(1);
  const chances = random(7);
  /** At a write of this table, so many from now, before or after it is done. */
  const kills = [
    { table: DIMENSION, nth: 9, drop: 'after' },
    { table: FENCE, nth: 8, drop: 'after' },
    { table: ALERTS, nth: 7, drop: 'after' },
    { table: DIMENSION, nth: 10, drop: 'before' },
    { table: FENCE, nth: 9, drop: 'before' },
  ] as const;
  let last: { code: number | null; signal: string | null; out: string; err: string } | undefined;
  const script = await pack(new URL('./run-job.ts', import.meta.url));
  for (const kill of [...(RUNS > 1 ? kills : kills.slice(0, 3)), undefined]) {
    const { child, ended } = launch(script, JSON.stringify(settings));
    let left: number = kill?.nth ?? Number.POSITIVE_INFINITY;
    server.inject(({ operation, table }) => {
      if (operation === 'BatchGetRow' && table === FENCE) seen.fenceIsRead();
      if (child.exitCode !== null || child.killed) return { drop: 'before' };
      writer.change();
      if (operation === 'BatchWriteRow' && table === kill?.table && --left === 0) {
        child.kill('SIGKILL');
        return { drop: kill.drop };
      }
      if (chances.chance(0.05)) return { drop: chances.chance(0.5) ? 'before' : 'after' };
      if (chances.chance(0.05)) return { rows: { 0: 'OTSNotEnoughCapacityUnit' } };
      return undefined;
    });
    last = await ended;
    expect({ signal: last.signal, err: last.signal ? '' : last.err.match(/^Error.*/m)?.[0] }).toEqual(
      kill ? { signal: 'SIGKILL', err: '' } : { signal: null, err: undefined },
    );
  }
  expect(last?.code).toBe(0);

  const { faults, overtaken, writeBacks, alerts, final } = judge(seen.history, events, writer.written);
  expect(faults).toEqual([]);
  expect(overtaken[1]).toBeGreaterThan(5);
  expect(writeBacks).toBeGreaterThan(30);
  const dimension = [...final].filter(([, row]) => row !== null) as (readonly [number, DimensionRow])[];
  expect(server.rows(DIMENSION)).toEqual(
    dimension
      .sort(([a], [b]) => a - b)
      .map(([id, { premium, info }]) => stored({ id, raw_premium: premium, raw_info: info })),
  );
  const summary = JSON.parse(last?.out ?? '') as Summary;
  expect(summary.epochs).toBe(events.epochs);
  expect(summary.sources.update_info).toMatchObject({ read: ROWS, quarantined: events.broken });
  expect(summary.tables[ALERTS]?.updated).toBe(alerts);
  // A kill takes back what was told of one epoch at most.
  const told = summary.overtaken?.raw_info;
  expect(told).toBeGreaterThanOrEqual(overtaken[0] - kills.length * EPOCH_ROWS);
  expect(told).toBeLessThanOrEqual(overtaken[1]);
});

test('the server as a process of its own', async () => {
  const { child } = launch(await pack(new URL('./serve.ts', import.meta.url)));
  const [line] = await once(child.stdout, 'data');
  const database = await openOtsDatabase(JSON.parse(String(line)));
  const { table } = tablesOf((EXAMPLES[0] as Example).job.plan)[0] as ReturnType<typeof tablesOf>[number];
  await database.prepare([{ table, writes: true, looksUp: false, writesNull: [] }]);
  expect(await database.rows(table)).toEqual([]);
  await database.close();
});
