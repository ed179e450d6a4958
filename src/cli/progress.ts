import type { Running } from '../runtime/start.ts';
import type { Summary } from '../runtime/summary.ts';
import { LiveView } from './live-view.ts';
import type { Log } from './log.ts';
import type { Audience } from './run-job.ts';
import { counted, quarantinedIn, readable } from './summary-text.ts';

/** Milliseconds between two lines of progress where they are not drawn in place. */
const PAUSE = 1000;

/** One line about a run that goes on. `total`: rows at its end, where that is known. */
export function progressLine(summary: Summary, total: number | undefined): string {
  const { job, run, seconds } = summary;
  const rows =
    total === undefined ? counted(run.rows, 'row') : `${readable(run.rows)} of ${counted(total, 'row')}`;
  const rate = seconds > 0 ? `${readable(Math.round(run.rows / seconds))} rows/s` : '';
  const parts = [rows, rate, counted(run.epochs, 'epoch'), `${readable(quarantinedIn(summary))} quarantined`];
  return `${job}: ${parts.filter((part) => part !== '').join(', ')}`;
}

/** Shows a run as one line in place where standard error is a terminal; with `--verbose` as lines. */
export class Progress implements Audience {
  readonly #log: Log;
  readonly #total: number | undefined;
  readonly #view: LiveView | undefined;
  #running: Running | undefined;
  #toldAt = performance.now();

  constructor(log: Log, total: number | undefined) {
    this.#log = log;
    this.#total = total;
    if (!process.stderr.isTTY || log.quiet || log.verbose) return;
    this.#view = new LiveView(process.stderr, () => this.#lines());
    log.attach(this.#view);
  }

  started(running: Running): void {
    this.#running = running;
  }

  epoch(): void {
    if (this.#view !== undefined) {
      this.#view.update();
      return;
    }
    const now = performance.now();
    if (!this.#log.verbose || now - this.#toldAt < PAUSE) return;
    this.#toldAt = now;
    for (const line of this.#lines()) this.#log.detail(line);
  }

  ended(): void {
    this.#view?.end([]);
  }

  #lines(): string[] {
    return this.#running === undefined ? [] : [progressLine(this.#running.summary(), this.#total)];
  }
}
