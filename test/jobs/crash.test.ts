import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { schemas } from '../../jobs/catalog.ts';
import { dimensionRows } from '../../src/connectors/generator/dimension-rows.ts';
import { eventLines } from '../../src/connectors/generator/event-lines.ts';
import { World } from '../../src/connectors/generator/world.ts';
import type { TableSchema } from '../../src/plan/schema.ts';
import type { Summary } from '../../src/runtime/summary.ts';
import { millrace, start } from '../cli/command.ts';
import { createDatabase, databaseKinds, type TestDatabase } from '../databases.ts';
import { at, type TableRow } from './inputs.ts';
import { fillTables, readTable } from './sql-tables.ts';

/** MILLRACE_RUNS multiplies the kills, MILLRACE_SEED starts elsewhere. */
const KILLS = 2 * Number(process.env.MILLRACE_RUNS ?? 1);
const SEED = Number(process.env.MILLRACE_SEED ?? 1);
const ROWS = 600;
const USERS = 150;
jest.setTimeout(60_000 + KILLS * 20_000);

const JOBS = [
  { name: 'hourly-premium', source: 'user_order', tables: ['hs_order'] },
  { name: 'premium-drop-alert', source: 'update_info', tables: ['raw_info', 'wechat_activity_user'] },
  { name: 'user-last-page', source: 'user_log', tables: ['user_last_log'] },
];
type Subject = (typeof JOBS)[number];

const folder = mkdtempSync(join(tmpdir(), 'millrace-crash-'));
afterAll(() => rmSync(folder, { recursive: true }));

const inputOf = ({ source }: Subject): string => join(folder, `${source}.ndjson`);

/** Few users, so that rows meet in keys; some that are none. */
beforeAll(() => {
  for (const subject of JOBS) {
    const { columns } = schemas.sources.find(
      ({ name }) => name === subject.source,
    ) as (typeof schemas.sources)[number];
    const line = eventLines(columns);
    const world = new World(1);
    const lines = Array.from({ length: ROWS }, (_, i) =>
      line(
        world,
        { user: (i * 7919) % USERS, time: at('00:00:00') + i * 5000, index: i },
        i % 200 === 199 ? 'broken JSON' : undefined,
      ),
    );
    writeFileSync(inputOf(subject), lines.join(''));
  }
});

async function prepared(kind: TestDatabase['kind'], name: string, subject: Subject): Promise<TestDatabase> {
  const database = await createDatabase(kind, name);
  if (!subject.tables.includes('raw_info')) return database;
  const schema = schemas.tables.find((table) => table.name === 'raw_info') as TableSchema;
  const rows = dimensionRows(schema).slice(0, USERS);
  await fillTables(database, { raw_info: rows as unknown as readonly TableRow[] });
  return database;
}

const argsOf = (subject: Subject, { url }: TestDatabase, state: string) => [
  ...['run', subject.name, '--input', `${subject.source}=${inputOf(subject)}`, '--database', url],
  ...['--state', join(folder, state), '--clock', '2025-01-15T10:00:00+08:00'],
  ...['--epoch-rows', '3', '--epoch-ms', '0', '--json'],
];

interface Ending {
  readonly tables: Readonly<Record<string, readonly string[]>>;
  readonly counts: Pick<Summary, 'epochs' | 'sources' | 'tables'>;
}

const summaryOf = (stdout: string): Summary =>
  JSON.parse(stdout.trimEnd().split('\n').at(-1) as string) as Summary;

async function endingOf(subject: Subject, database: TestDatabase, stdout: string): Promise<Ending> {
  const { epochs, sources, tables } = summaryOf(stdout);
  const rows = subject.tables.map(async (name) => {
    const found = await readTable(database, name);
    return [name, found.map((row) => JSON.stringify(row)).sort()] as const;
  });
  return { tables: Object.fromEntries(await Promise.all(rows)), counts: { epochs, sources, tables } };
}

/** A number from 0 up to 1 that the seed and a step say. */
function chance(seed: number, step: number): number {
  const mixed = Math.imul((seed * 7919 + step * 104_729) ^ 0x9e3779b9, 0x85ebca6b);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}

/** The short form takes to the servers the job alone that also reads what it writes. */
const subjectsOf = (kind: TestDatabase['kind']): readonly Subject[] =>
  KILLS > 2 || kind === 'sqlite' ? JOBS : JOBS.filter(({ tables }) => tables.includes('raw_info'));

describe.each(databaseKinds)('a process that is killed at any instant, into %s', (kind) => {
  test.each(subjectsOf(kind))('$name: tables and counts are those of an undisturbed run', async (subject) => {
    const calm = await prepared(kind, 'calm', subject);
    const killed = await prepared(kind, 'killed', subject);
    try {
      const whole = await millrace(argsOf(subject, calm, `${kind}-${subject.name}-calm`));
      expect(whole).toMatchObject({ code: 0 });
      const wanted = await endingOf(subject, calm, whole.stdout);
      expect(wanted.counts.epochs).toBe(ROWS / 3);
      const calmMillis = summaryOf(whole.stdout).seconds * 1000;

      const args = argsOf(subject, killed, `${kind}-${subject.name}-killed`);
      let kills = 0;
      for (let step = 0; step < KILLS; step++) {
        const run = start(args);
        await run.shows(`${subject.source}: file`);
        // The first at once: a fast machine is not done by then.
        const delay = step === 0 ? 0 : chance(SEED, step) * calmMillis;
        const timer = setTimeout(() => run.child.kill('SIGKILL'), delay);
        const { signal, code, stderr } = await run.ended;
        clearTimeout(timer);
        if (signal === 'SIGKILL') kills++;
        else expect({ code, stderr }).toMatchObject({ code: 0 });
      }
      const last = await millrace(args);
      expect(last).toMatchObject({ code: 0 });
      expect({ seed: SEED, ...(await endingOf(subject, killed, last.stdout)) }).toEqual({
        seed: SEED,
        ...wanted,
      });
      expect(kills).toBeGreaterThan(0);
    } finally {
      await calm.drop();
      await killed.drop();
    }
  });
});
