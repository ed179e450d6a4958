import { createDatabase, type DatabaseKind, type TestDatabase } from '../../databases.ts';
import { chance } from './chance.ts';
import { type Databases, type Ending, type Kill, Life, type Run, type Sabotage } from './life.ts';
import type { Target } from './points.ts';
import type { Program } from './program.ts';
import { EPOCHS, type Subject } from './subjects.ts';

/** What is killed where. */
export interface Campaign {
  readonly program: Program;
  readonly subject: Subject;
  /** Of the database; of both, where the tables that the job looks up are in another. */
  readonly kinds: readonly [DatabaseKind, DatabaseKind?];
  readonly targets: readonly Target[];
  readonly seed: number;
  readonly sabotage?: Sabotage;
  /** What an undisturbed run leaves behind. */
  readonly wanted: Ending;
}

/** What came of it. */
export interface Outcome {
  /** Processes that were killed. */
  readonly kills: number;
  /** Points at which none was. */
  readonly unreached: readonly string[];
  /** The fewest epochs that the readers of a life saw. */
  readonly epochsSeen: number;
  /** Where a life left behind other than an undisturbed run. */
  readonly differences: readonly string[];
  /** What readers saw that was not the tables of one epoch, or an earlier one than before; processes that failed; overtaken rows. */
  readonly faults: readonly string[];
}

let databasesMade = 0;

/** Makes databases, does the work, drops them. */
export async function withDatabases<T>(
  [first, second]: Campaign['kinds'],
  work: (databases: Databases) => Promise<T>,
): Promise<T> {
  const made: TestDatabase[] = [];
  const make = async (kind: DatabaseKind): Promise<TestDatabase> => {
    const database = await createDatabase(kind, `crash_${databasesMade++}`);
    made.push(database);
    return database;
  };
  try {
    const database = await make(first);
    return await work(second === undefined ? { database } : { database, second: await make(second) });
  } finally {
    for (const database of made) await database.drop();
  }
}

/** What an undisturbed run leaves behind; its tables are those that the oracle says. */
export async function undisturbed(
  parts: Pick<Campaign, 'program' | 'subject' | 'kinds'>,
): Promise<{ readonly ending: Ending; readonly run: Run; readonly faults: readonly string[] }> {
  return withDatabases(parts.kinds, async (databases) => {
    const life = await Life.begin({ ...parts, databases });
    const run = await life.run();
    if (run.code !== 0) throw new Error(run.stderr);
    const ending = await life.ending(run);
    return { run, ending, faults: (await life.end()).faults };
  });
}

/** The tables that the oracle says. */
export const oracleTables = ({ tables, after }: Subject): Ending['tables'] =>
  Object.fromEntries(tables.map((table) => [table, after(EPOCHS, table)]));

/** Kills processes at one point after the other. A life that comes to its end is compared, and another begins. */
export class Kills {
  readonly #campaign: Campaign;
  readonly #left: Target[];
  readonly #unreached: string[] = [];
  readonly #differences: string[] = [];
  readonly #faults: string[] = [];
  #kills = 0;
  #epochsSeen = Number.POSITIVE_INFINITY;

  constructor(campaign: Campaign) {
    this.#campaign = campaign;
    this.#left = [...campaign.targets];
  }

  async all(): Promise<Outcome> {
    while (this.#left.length > 0)
      await withDatabases(this.#campaign.kinds, (databases) => this.#live(databases));
    return {
      kills: this.#kills,
      unreached: this.#unreached,
      epochsSeen: this.#epochsSeen,
      differences: this.#differences,
      faults: this.#faults,
    };
  }

  /** One life: as many points as it reaches, at least one or it is given up. */
  async #live(databases: Databases): Promise<void> {
    const life = await Life.begin({ ...this.#campaign, databases });
    let run: Run | undefined;
    let reached = 0;
    while (this.#left.length > 0) {
      const target = this.#left[0] as Target;
      if (target.after !== undefined) run = await this.#kill(life, { point: target.after, most: 2 });
      if (target.after === undefined || run?.killed) run = await this.#kill(life, target);
      if (run?.killed !== true) break;
      reached++;
      this.#left.shift();
    }
    if (reached === 0) this.#unreached.push((this.#left.shift() as Target).point);
    if (run === undefined || run.killed) run = await life.run();
    if (run.code === 0) this.#differences.push(...differences(await life.ending(run), this.#campaign.wanted));
    const seen = await life.end();
    this.#faults.push(...seen.faults);
    this.#epochsSeen = Math.min(this.#epochsSeen, seen.epochs);
  }

  async #kill(life: Life, { point, least = 1, most = 3 }: Target): Promise<Run> {
    const step = this.#kills;
    const { seed } = this.#campaign;
    const kill: Kill = {
      point,
      nth: least + Math.floor(chance(seed, step) * (most - least + 1)),
      wait: point.endsWith(' sent') ? chance(seed + 1, step) * 4 : 0,
    };
    const run = await life.run({ kill });
    if (run.killed) this.#kills++;
    return run;
  }
}

/** In what an ending is another. */
export function differences(ending: Ending, wanted: Ending): readonly string[] {
  const found = Object.entries(wanted.tables).flatMap(([table, lines]) =>
    ending.tables[table] === lines ? [] : [`${table}:\n${ending.tables[table]}\nand not\n${lines}`],
  );
  for (const what of ['counts', 'rejected'] as const) {
    const [got, right] = [ending, wanted].map((some) => JSON.stringify(some[what]));
    if (got !== right) found.push(`${got} and not ${right}`);
  }
  return found;
}
