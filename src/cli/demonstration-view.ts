import { tablesOf } from '../plan/derive/tables.ts';
import type { JobPlan } from '../plan/node.ts';
import type { Running } from '../runtime/start.ts';
import { LiveView, terminalSize } from './live-view.ts';
import type { Log } from './log.ts';
import { progressLine } from './progress.ts';
import type { Audience } from './run-job.ts';
import { TableView } from './table-view.ts';

/** Milliseconds between two lines of progress where there is no terminal. */
const PAUSE = 500;
/** Most rows of a table at the end. */
const FINAL_ROWS = 24;

/**
 * Shows a person what a run does: progress and the changing result tables, drawn in place on a terminal, as lines elsewhere;
 * at the end the tables. Tables that the job looks up and keeps current are not results.
 */
export class DemonstrationView implements Audience {
  readonly #log: Log;
  readonly #total: number | undefined;
  readonly #tables: ReadonlyMap<string, TableView>;
  readonly #view: LiveView | undefined;
  #running: Running | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(plan: JobPlan, log: Log, total: number | undefined) {
    this.#log = log;
    this.#total = total;
    const written = tablesOf(plan).filter((use) => use.writes);
    const results = written.filter((use) => !use.looksUp);
    this.#tables = new Map(
      (results.length > 0 ? results : written).map(({ table }) => [table.name, new TableView(table)]),
    );
    if (!process.stderr.isTTY || log.quiet) return;
    this.#view = new LiveView(process.stderr, (columns, rows) => this.#frame(columns, rows - 1));
    log.attach(this.#view);
  }

  started(running: Running): void {
    this.#running = running;
    for (const [name, table] of this.#tables) {
      running.outputs[name]?.subscribe({
        next: (changes) => table.apply(changes),
        // The end of the run tells it.
        error: () => {},
      });
    }
  }

  epoch(): void {
    if (this.#view !== undefined) this.#view.update();
    else if (performance.now() - this.#toldAt >= PAUSE) this.#tell();
  }

  ended(well: boolean): void {
    if (this.#log.quiet) return;
    if (!well) {
      this.#view?.end([this.#progress()]);
      return;
    }
    const { columns } = terminalSize(process.stderr);
    const lines = this.#frame(columns, (FINAL_ROWS + 5) * this.#tables.size + 1);
    if (this.#view === undefined) this.#log.always(lines.join('\n'));
    else this.#view.end(lines);
  }

  #tell(): void {
    this.#toldAt = performance.now();
    this.#log.passing(this.#progress());
  }

  #progress(): string {
    return this.#running === undefined ? '' : progressLine(this.#running.summary(), this.#total);
  }

  /** Progress, and below it each table with its share of the height. */
  #frame(columns: number, height: number): string[] {
    const share = Math.floor((height - 1) / this.#tables.size) - 1;
    const tables = [...this.#tables.values()].flatMap((table) => ['', ...table.lines(columns, share)]);
    return [this.#progress(), ...(share < 3 ? [] : tables)];
  }
}
