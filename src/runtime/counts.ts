import type { Epoch } from './epoch.ts';
import type { Effect } from './operators/into.ts';
import type { Summary } from './summary.ts';

/** Counts over the life of a state, as a checkpoint keeps them. */
export type CountsOfState = Pick<Summary, 'epochs' | 'sources' | 'tables'> & {
  readonly overtaken: Readonly<Record<string, number>>;
  /** Keys that operators let go as their `ttl` had passed, by fingerprint of the operator. */
  readonly expired: Readonly<Record<string, number>>;
};

/** Counts as they stood after an epoch. */
export type CountsAfter = readonly number[];

// Places in the array of all counts; those of sources, then of tables, follow.
const EPOCHS = 0;
const RUN_EPOCHS = 1;
const RUN_ROWS = 2;
const FIRST = 3;
const OF_SOURCE = ['read', 'applied', 'filtered', 'quarantined'] as const;
const OF_TABLE = ['inserted', 'updated', 'deleted'] as const;

/** Counts of the epochs of a run, over those of its state before. */
export class Counts {
  readonly #job: string;
  readonly #began = performance.now();
  readonly #sources: readonly string[];
  readonly #tables: readonly string[];
  /** Where the counts of each begin. */
  readonly #places: ReadonlyMap<string, number>;
  readonly #firstTable: number;
  /** One array, so that a copy of all costs little. */
  readonly #all: number[];
  readonly #overtaken: Record<string, number> = {};
  readonly #expired: Record<string, number> = {};

  /** @param writesBack tables that the job looks up and writes */
  constructor(
    job: string,
    sources: readonly string[],
    tables: readonly string[],
    writesBack: readonly string[],
  ) {
    this.#job = job;
    this.#sources = sources;
    this.#tables = tables;
    this.#places = new Map(sources.map((name, i) => [name, FIRST + i * OF_SOURCE.length]));
    this.#firstTable = FIRST + sources.length * OF_SOURCE.length;
    this.#all = new Array<number>(this.#firstTable + tables.length * OF_TABLE.length).fill(0);
    for (const name of writesBack) this.#overtaken[name] = 0;
  }

  /** Goes on from the counts of a state. Sources and tables that the job has no more are forgotten. */
  continue({ epochs, sources, tables, overtaken, expired }: CountsOfState): void {
    Object.assign(this.#expired, expired);
    this.#all[EPOCHS] = epochs;
    for (const [i, name] of this.#sources.entries())
      for (const [j, of] of OF_SOURCE.entries())
        this.#all[FIRST + i * OF_SOURCE.length + j] = sources[name]?.[of] ?? 0;
    for (const [i, name] of this.#tables.entries())
      for (const [j, of] of OF_TABLE.entries())
        this.#all[this.#firstTable + i * OF_TABLE.length + j] = tables[name]?.[of] ?? 0;
    for (const name of Object.keys(this.#overtaken)) this.#overtaken[name] = overtaken[name] ?? 0;
  }

  /** What was added is what a state of so many epochs stands for, not of this run. */
  stateOf(epochs: number): void {
    this.#all[EPOCHS] = epochs;
    this.#all[RUN_EPOCHS] = 0;
    this.#all[RUN_ROWS] = 0;
  }

  /** Adds an epoch without rows, whose effects on tables do not count. */
  addEmpty(): void {
    this.#add(EPOCHS, 1);
    this.#add(RUN_EPOCHS, 1);
  }

  /** Rows quarantined so far, of all sources. */
  get quarantined(): number {
    return this.#sources.reduce(
      (sum, _, i) => sum + (this.#all[FIRST + i * OF_SOURCE.length + 3] as number),
      0,
    );
  }

  /** Adds an epoch; its outputs' effects stand in order of the tables. */
  add(epoch: Epoch, effects: readonly Effect[]): void {
    this.#add(EPOCHS, 1);
    this.#add(RUN_EPOCHS, 1);
    for (const { source, firstSeq, batch } of epoch.parts) {
      let applied = 0;
      let quarantined = batch.rejects.length;
      for (let seq = firstSeq; seq < firstSeq + batch.n; seq++) {
        if (epoch.faults.size > 0 && epoch.faults.has(seq)) quarantined++;
        else applied += epoch.applied[seq - epoch.firstSeq] as number;
      }
      const at = this.#places.get(source) as number;
      this.#add(at, batch.n);
      this.#add(at + 1, applied);
      this.#add(at + 2, batch.n - applied - quarantined);
      this.#add(at + 3, quarantined);
      this.#add(RUN_ROWS, batch.n);
    }
    for (let i = 0; i < effects.length; i++) {
      const { counts } = effects[i] as Effect;
      const at = this.#firstTable + i * OF_TABLE.length;
      this.#add(at, counts.inserted);
      this.#add(at + 1, counts.updated);
      this.#add(at + 2, counts.deleted);
    }
  }

  #add(at: number, n: number): void {
    this.#all[at] = (this.#all[at] as number) + n;
  }

  /** Adds write-backs that met another writer's row. */
  addOvertaken(table: string, n: number): void {
    this.#overtaken[table] = (this.#overtaken[table] ?? 0) + n;
  }

  /** Adds keys that an operator let go. */
  addExpired(fingerprint: string, n: number): void {
    this.#expired[fingerprint] = (this.#expired[fingerprint] ?? 0) + n;
  }

  /** The counts as they stand. */
  get now(): CountsAfter {
    return this.#all.slice();
  }

  /** What a checkpoint keeps of counts. What was overtaken is known later than its epoch: it is told as it is now. */
  ofState(after: CountsAfter): CountsOfState {
    const { epochs, sources, tables } = this.summary(after);
    return { epochs, sources, tables, overtaken: { ...this.#overtaken }, expired: this.#expired };
  }

  /** The counts as they stood. */
  summary(after: CountsAfter): Summary {
    const of = <Names extends readonly string[]>(names: Names, at: number) =>
      Object.fromEntries(names.map((name, i) => [name, after[at + i] as number])) as Record<
        Names[number],
        number
      >;
    const sources = this.#sources.map((name, i) => [name, of(OF_SOURCE, FIRST + i * OF_SOURCE.length)]);
    const tables = this.#tables.map((name, i) => [
      name,
      of(OF_TABLE, this.#firstTable + i * OF_TABLE.length),
    ]);
    return {
      job: this.#job,
      epochs: after[EPOCHS] as number,
      seconds: Math.round(performance.now() - this.#began) / 1000,
      run: { epochs: after[RUN_EPOCHS] as number, rows: after[RUN_ROWS] as number },
      sources: Object.fromEntries(sources),
      tables: Object.fromEntries(tables),
      ...(Object.keys(this.#overtaken).length > 0 ? { overtaken: { ...this.#overtaken } } : {}),
    };
  }
}
