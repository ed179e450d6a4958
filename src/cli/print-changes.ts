import type { Database } from '../connectors/database.ts';
import type { TableSchema } from '../plan/schema.ts';
import type { ChangeSet } from '../runtime/change.ts';
import { jsonText } from '../values/edge.ts';

/** Changes of tables as NDJSON on standard output: `{"table","kind","row","epoch"}`. */
export class ChangePrinter {
  readonly #stream: NodeJS.WriteStream;
  readonly #onClosed: () => void;
  #closed = false;
  #full: Promise<void> | undefined;

  /** `onClosed` is called once where nobody reads any more. */
  constructor(stream: NodeJS.WriteStream, onClosed: () => void) {
    this.#stream = stream;
    this.#onClosed = onClosed;
    stream.on('error', (error: NodeJS.ErrnoException) => this.#close(error));
  }

  /** Prints the net effect of an epoch on a table. */
  print(table: TableSchema, { epoch, changes }: ChangeSet): void {
    if (this.#closed || changes.length === 0) return;
    const name = JSON.stringify(table.name);
    const lines = changes.map(
      ({ kind, row }) =>
        `{"table":${name},"kind":"${kind}","row":${jsonText(table.columns, row)},"epoch":${epoch}}\n`,
    );
    if (this.#stream.write(lines.join(''))) return;
    this.#full ??= new Promise((resolve) => {
      const go = (): void => {
        this.#stream.off('drain', go).off('close', go).off('error', go);
        this.#full = undefined;
        resolve();
      };
      this.#stream.on('drain', go).on('close', go).on('error', go);
    });
  }

  /** Waits until the reader has taken what was printed. */
  async drained(): Promise<void> {
    if (!this.#closed) await this.#full;
  }

  #close(error: NodeJS.ErrnoException): void {
    if (this.#closed) return;
    this.#closed = true;
    if (error.code !== 'EPIPE') process.stderr.write(`millrace: standard output: ${error.message}\n`);
    this.#onClosed();
  }
}

/** The database with commits that wait for the printer: a slow reader slows the job. */
export const printedDatabase = (database: Database, printer: ChangePrinter): Database => ({
  label: database.label,
  transactional: database.transactional,
  prepare: (uses) => database.prepare(uses),
  // Nothing is there that another could have written.
  claim: (claim) => database.claim({ ...claim, mode: 'fresh' }),
  commit: async (commit, signal) => {
    // A turn of the event loop, so that signals and the end of a pipe are seen where nothing else waits.
    await new Promise((resolve) => setImmediate(resolve));
    await printer.drained();
    return database.commit(commit, signal);
  },
  lookup: (table, keys, signal) => database.lookup(table, keys, signal),
  rows: (table, limit) => database.rows(table, limit),
  close: () => database.close(),
});
