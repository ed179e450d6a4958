// A server that is killed and started again, or ends connections, while a job writes to it: the job waits and says so, goes on, and the tables are those of a run without.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import hourlyPremium from '../../jobs/hourly-premium.ts';
import premiumDropAlert from '../../jobs/premium-drop-alert.ts';
import type { Database } from '../../src/connectors/database.ts';
import { random } from '../../src/connectors/generator/random.ts';
import { openDatabase } from '../../src/connectors/sql/open-database.ts';
import { tablesOf } from '../../src/plan/derive/tables.ts';
import type { JobPlan } from '../../src/plan/node.ts';
import type { TableSchema } from '../../src/plan/schema.ts';
import { iterableSource } from '../../src/runtime/sources/iterable-source.ts';
import { start } from '../../src/runtime/start.ts';
import type { Summary } from '../../src/runtime/summary.ts';
import { CheckpointLog } from '../../src/state/checkpoint/checkpoint-log.ts';
import { RUNS } from '../long.ts';
import { OwnServer, ownServerKinds, type ServerKind } from '../own-server.ts';
import { at, CLOCK } from './inputs.ts';

const SEED = Number(process.env.MILLRACE_SEED ?? 1);
const EPOCHS = 60 + 20 * RUNS;
const ROWS = 3 * EPOCHS;
const USERS = 40;
jest.setTimeout(60_000 * (1 + RUNS));

const folder = mkdtempSync(join(tmpdir(), 'millrace-server-restart-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Premiums that fall, by more and by less than an alert takes. */
function premiums(): readonly unknown[] {
  const chances = random(SEED);
  const on = new Map<number, number>();
  return Array.from({ length: ROWS }, (_, i) => {
    const id = chances.below(USERS);
    const premium = (on.get(id) ?? 1e200) * (chances.chance(0.5) ? 0.8 : 0.9);
    on.set(id, premium);
    return { id, now_premium: String(premium), now_info: `event ${i}` };
  });
}

/** Orders of one hour after the other, each the third moved to another hour: what is lost of an hour, no later one makes good. */
function orders(): readonly unknown[] {
  const chances = random(SEED);
  return Array.from({ length: ROWS }, (_, i) => ({
    id: i % 3 === 2 ? i - 1 : i,
    order_no: `o${i}`,
    customer_tel: `${chances.below(20)}`,
    gmt_modified: at(`0${(Math.floor((9 * i) / ROWS) + (i % 3 === 2 ? 1 : 0)) % 10}:00:00`),
    account_payble: chances.below(10_000) / 100,
  }));
}

const SUBJECTS = [
  { name: 'premium-drop-alert', plan: premiumDropAlert.plan, source: 'update_info', rows: premiums() },
  { name: 'hourly-premium', plan: hourlyPremium.plan, source: 'user_order', rows: orders() },
];
type Subject = (typeof SUBJECTS)[number];

/** What a run came to. */
interface Outcome {
  readonly tables: Readonly<Record<string, readonly string[]>>;
  readonly summary: Pick<Summary, 'epochs' | 'sources' | 'tables' | 'overtaken'>;
  readonly lines: readonly string[];
}

const tablesIn = (plan: JobPlan): readonly TableSchema[] => tablesOf(plan).map(({ table }) => table);

/** Called with the epoch before its look-up, or before it, or a group that ends with it, is committed; waited for. */
type Disturb = (at: 'lookup' | 'commit', epoch: number) => Promise<void> | void;

/** Runs a job to its end. */
async function runTo(url: string, subject: Subject, disturb: Disturb = () => {}): Promise<Outcome> {
  const { plan, source, rows } = subject;
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const database = await openDatabase(url, { log });
  const state = mkdtempSync(join(folder, 'state-'));
  const checkpoints = await CheckpointLog.open(state, plan.name, { synchronous: 'NORMAL' });
  try {
    await fillDimension(database, plan);
    let epoch = 0;
    const watched: Database = {
      label: database.label,
      transactional: database.transactional,
      prepare: (uses) => database.prepare(uses),
      claim: (claim) => database.claim(claim),
      commit: async (commit, signal) => {
        await disturb('commit', commit.epoch);
        const committed = await database.commit(commit, signal);
        epoch = commit.epoch;
        return committed;
      },
      lookup: async (table, keys, signal) => {
        await disturb('lookup', epoch + 1);
        return database.lookup(table, keys, signal);
      },
      rows: (table, limit) => database.rows(table, limit),
      close: () => database.close(),
    };
    const { epochs, sources, tables, overtaken } = await start(plan, {
      sources: { [source]: (spec) => iterableSource(rows, spec) },
      databases: Object.fromEntries(tablesIn(plan).map(({ name }) => [name, watched])),
      clock: () => Date.parse(CLOCK),
      checkpoints,
      epochRows: 3,
      epochMs: 0,
      log,
    }).done;
    const found = tablesIn(plan).map(async (table) => {
      const own = await database.rows(table);
      return [table.name, own.map((row) => JSON.stringify(row))] as const;
    });
    const summary = { epochs, sources, tables, ...(overtaken && { overtaken }) };
    return { tables: Object.fromEntries(await Promise.all(found)), summary, lines };
  } finally {
    await checkpoints.close();
    await database.close();
  }
}

/** The users' premiums on file, as another job would write them. */
async function fillDimension(database: Database, plan: JobPlan): Promise<void> {
  const table = tablesOf(plan).find(({ looksUp }) => looksUp)?.table;
  if (table === undefined) return;
  await database.prepare([{ table, writes: true, looksUp: false, writesNull: [] }]);
  await database.claim({ job: 'filling', owner: 'o', epoch: 0, mode: 'continue', clear: [] });
  const upserts = Array.from({ length: USERS }, (_, id) => ({ id, raw_premium: '1e200', raw_info: 'start' }));
  const changes = [{ table, upserts, deletes: [], writeBacks: [] }];
  await database.commit({ epoch: 1, previous: 0, completeTo: 0, changes }, new AbortController().signal);
}

const described = ownServerKinds.length > 0 ? describe : describe.skip;
described.each<ServerKind>(ownServerKinds.length > 0 ? ownServerKinds : ['mysql'])(
  'a server of kind %s that is killed under load',
  (kind) => {
    let server: OwnServer;
    const calm = new Map<Subject, Outcome>();
    beforeAll(async () => {
      server = await OwnServer.make(kind);
      for (const subject of SUBJECTS) calm.set(subject, await runTo('sqlite::memory:', subject));
    });
    afterAll(() => server.remove());
    const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

    /** Kills the server some milliseconds from now, and starts it again. */
    const restart = async (delay: number): Promise<void> => {
      await pause(delay);
      await server.kill();
      await pause(100);
      await server.start();
    };

    const expectCalm = (subject: Subject, { tables, summary }: Outcome) => {
      const wanted = calm.get(subject) as Outcome;
      expect(wanted.summary.epochs).toBe(EPOCHS);
      expect({ seed: SEED, tables, summary }).toEqual({
        seed: SEED,
        tables: wanted.tables,
        summary: wanted.summary,
      });
    };

    test.each(SUBJECTS)('$name waits, says so, and goes on', async (subject) => {
      const chances = random(SEED);
      let restarted: Promise<void> = Promise.resolve();
      let restarts = 0;
      const url = await server.createDatabase(`killed_${subject.source}`);
      const killed = await runTo(url, subject, async (at, epoch) => {
        if (restarts === RUNS || at !== 'commit' || epoch < 20 * (restarts + 1)) return;
        await restarted;
        restarts++;
        // Somewhere in what follows.
        restarted = restart(chances.below(20));
      });
      await restarted;
      expectCalm(subject, killed);
      expect(restarts).toBe(RUNS);
      const said = (words: RegExp) => killed.lines.filter((line) => words.test(line)).length;
      expect(said(/; waiting until it is back$/)).toBeGreaterThan(0);
      expect(said(/: back after \d/)).toBeGreaterThan(0);
    });

    test.each(RUNS > 1 ? SUBJECTS : SUBJECTS.slice(0, 1))(
      '$name goes on while its connections are killed all the time',
      async (subject) => {
        const name = `cut_${subject.source}`;
        const url = await server.createDatabase(name);
        let kills = 0;
        let killing: Promise<void> | undefined;
        let next = 5;
        const cut = await runTo(url, subject, async (_, epoch) => {
          if (epoch < next) return;
          next = epoch + 5;
          await killing;
          // Somewhere in what follows.
          killing = server.killConnections(name).then((n) => {
            kills += n;
          });
        });
        await killing;
        expectCalm(subject, cut);
        expect(kills).toBeGreaterThan(0);
      },
    );

    test.each([
      { at: 'commit' as const, subject: SUBJECTS[0] as Subject },
      { at: 'commit' as const, subject: SUBJECTS[1] as Subject },
      { at: 'lookup' as const, subject: SUBJECTS[0] as Subject },
    ])('$subject.name writes again what the server lost before a $at', async ({ at, subject }) => {
      const url = await server.createDatabase(`lossy_${at}_${subject.source}`);
      let careless = false;
      let lost = false;
      const lossy = await runTo(url, subject, async (before, epoch) => {
        if (!careless && epoch >= 10) {
          careless = true;
          await server.beCareless(true);
        }
        if (lost || before !== at || epoch < 40) return;
        lost = true;
        await restart(0);
        await server.beCareless(false);
      });
      expect(lossy.lines).toContainEqual(
        expect.stringMatching(/: it lost what was committed after epoch \d+: written again$/),
      );
      expectCalm(subject, lossy);
    });
  },
);
