import type { Epoch } from './epoch.ts';
import type { Effect } from './operators/into.ts';
import type { SourceCounts, Summary, TableCounts } from './summary.ts';

type Open<T> = { -readonly [K in keyof T]: T[K] };

/** Counts of committed epochs. */
export class Counts {
  readonly #job: string;
  readonly #began = performance.now();
  #epochs = 0;
  #rows = 0;
  #quarantined = 0;
  readonly #sources: Record<string, Open<SourceCounts>> = {};
  readonly #tables: Record<string, Open<TableCounts>> = {};
  readonly #overtaken: Record<string, number> | null;

  /** @param writesBack tables that the job looks up and writes */
  constructor(
    job: string,
    sources: readonly string[],
    tables: readonly string[],
    writesBack: readonly string[],
  ) {
    this.#job = job;
    for (const name of sources) this.#sources[name] = { read: 0, applied: 0, filtered: 0, quarantined: 0 };
    for (const name of tables) this.#tables[name] = { inserted: 0, updated: 0, deleted: 0 };
    this.#overtaken =
      writesBack.length === 0 ? null : Object.fromEntries(writesBack.map((name) => [name, 0]));
  }

  /** Rows quarantined so far, of all sources. */
  get quarantined(): number {
    return this.#quarantined;
  }

  /** Adds an epoch that was committed. */
  add(epoch: Epoch, effects: readonly Effect[]): void {
    this.#epochs++;
    for (const { source, firstSeq, batch } of epoch.parts) {
      const counts = this.#sources[source] as Open<SourceCounts>;
      let applied = 0;
      let quarantined = batch.rejects.length;
      for (let seq = firstSeq; seq < firstSeq + batch.n; seq++) {
        if (epoch.faults.size > 0 && epoch.faults.has(seq)) quarantined++;
        else applied += epoch.applied[seq - epoch.firstSeq] as number;
      }
      counts.read += batch.n;
      counts.applied += applied;
      counts.quarantined += quarantined;
      this.#quarantined += quarantined;
      counts.filtered += batch.n - applied - quarantined;
      this.#rows += batch.n;
    }
    for (const { changes, counts } of effects) {
      const table = this.#tables[changes.table.name] as Open<TableCounts>;
      table.inserted += counts.inserted;
      table.updated += counts.updated;
      table.deleted += counts.deleted;
    }
  }

  /** Adds write-backs that met another writer's row. */
  addOvertaken(table: string, n: number): void {
    if (this.#overtaken !== null) this.#overtaken[table] = (this.#overtaken[table] ?? 0) + n;
  }

  summary(): Summary {
    const copy = <T extends object>(counts: Record<string, T>) =>
      Object.fromEntries(Object.entries(counts).map(([name, of]) => [name, { ...of }]));
    return {
      job: this.#job,
      epochs: this.#epochs,
      seconds: Math.round(performance.now() - this.#began) / 1000,
      run: { epochs: this.#epochs, rows: this.#rows },
      sources: copy(this.#sources),
      tables: copy(this.#tables),
      ...(this.#overtaken === null ? {} : { overtaken: { ...this.#overtaken } }),
    };
  }
}
