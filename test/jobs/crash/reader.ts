import type { TestDatabase } from '../../databases.ts';
import { readTable } from '../sql-tables.ts';
import { linesOf, type Subject } from './subjects.ts';

/** What a reader saw. */
export interface Seen {
  /** Different epochs. */
  readonly epochs: number;
  /** Tables that are not those after the epoch that the fence names, epochs that go back; the first few. */
  readonly faults: readonly string[];
}

const MOST_FAULTS = 3;
/** Milliseconds between two looks: a reader beside the run, not in its place. */
const PAUSE = 10;

/** Reads fence and tables of one database in one transaction, again and again, on a connection of its own. */
export class Reader {
  readonly #subject: Subject;
  readonly #tables: readonly string[];
  readonly #database: TestDatabase;
  readonly #epochs = new Set<number>();
  readonly #faults: string[] = [];
  #last = 0;
  #reading = true;
  readonly #ended: Promise<void>;

  /** @param tables those of the job that are in this database */
  constructor(subject: Subject, tables: readonly string[], database: TestDatabase) {
    this.#subject = subject;
    this.#tables = tables;
    this.#database = database;
    this.#ended = this.#read();
  }

  /** Ends the reading. */
  async stop(): Promise<Seen> {
    this.#reading = false;
    await this.#ended;
    return { epochs: this.#epochs.size, faults: this.#faults };
  }

  async #read(): Promise<void> {
    while (this.#reading) {
      await this.#look().catch((error: unknown) => {
        if (!this.#mayFail(error)) this.#fault(`cannot read: ${error}`);
      });
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  /** Before the first epoch tables are made; a file of SQLite whose writer was killed is locked while the next one mends it. */
  #mayFail(error: unknown): boolean {
    return this.#last === 0 || (error as NodeJS.ErrnoException).code === 'SQLITE_BUSY';
  }

  async #look(): Promise<void> {
    const { kind } = this.#database;
    const { epoch, tables } = await this.#database.transaction(async (sql) => {
      if (kind === 'postgres') await sql('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      const [fence] = await sql('SELECT epoch FROM millrace_fence WHERE job = ?', [this.#subject.name]);
      const found: [string, string][] = [];
      for (const table of this.#tables)
        found.push([table, linesOf(table, await readTable({ ...this.#database, sql }, table))]);
      return { epoch: Number(fence?.epoch ?? 0), tables: found };
    });
    this.#epochs.add(epoch);
    if (epoch < this.#last) this.#fault(`epoch ${epoch} after ${this.#last}`);
    this.#last = Math.max(this.#last, epoch);
    for (const [table, lines] of tables) {
      const wanted = this.#subject.after(epoch, table);
      if (lines !== wanted) this.#fault(`${table} at epoch ${epoch}:\n${lines}\nand not\n${wanted}`);
    }
  }

  #fault(text: string): void {
    if (this.#faults.length < MOST_FAULTS) this.#faults.push(text);
  }
}
