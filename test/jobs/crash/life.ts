import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Summary } from '../../../src/runtime/summary.ts';
import { SqliteFile } from '../../../src/sqlite/sqlite-file.ts';
import { checkpointPath } from '../../../src/state/checkpoint/paths.ts';
import { readRejected } from '../../../src/state/checkpoint/quarantine.ts';
import { type Ended, start } from '../../cli/command.ts';
import type { TestDatabase } from '../../databases.ts';
import { CLOCK } from '../inputs.ts';
import { fillTables, readTable } from '../sql-tables.ts';
import type { Program } from './program.ts';
import { Reader, type Seen } from './reader.ts';
import { EPOCH_ROWS, linesOf, type Subject } from './subjects.ts';

/** Where a process is killed: a point, and how often it passes it (`preload.mjs`). */
export interface Kill {
  readonly point: string;
  readonly nth: number;
  /** Milliseconds that the process stands still before. */
  readonly wait: number;
}

/** A product that is wrong in one way (`sabotage.mjs`). */
export type Sabotage = 'without fence' | 'offsets apart' | 'alerts apart';

/** How a process ended. */
export interface Run extends Ended {
  readonly killed: boolean;
  /** How often it passed each point. */
  readonly passed: Readonly<Record<string, number>>;
}

/** What a job left behind. */
export interface Ending {
  readonly tables: Readonly<Record<string, string>>;
  readonly counts: Pick<Summary, 'epochs' | 'sources' | 'tables'>;
  /** Offset and reason of each rejected row, as the state keeps them. */
  readonly rejected: readonly string[];
}

/** The databases of a job: `database` alone, or beside it `second` for the tables that it looks up. */
export type Databases = { readonly database: TestDatabase; readonly second?: TestDatabase };

interface LifeParts {
  readonly program: Program;
  readonly subject: Subject;
  readonly databases: Databases;
  readonly sabotage?: Sabotage | undefined;
}

const PRELOAD = new URL('preload.mjs', import.meta.url).href;

/** A job over one state and its tables, through as many processes as it takes; readers watch all the time. */
export class Life {
  readonly #parts: LifeParts;
  readonly #folder = mkdtempSync(join(tmpdir(), 'millrace-life-'));
  readonly #readers: readonly Reader[];
  readonly #faults: string[] = [];

  private constructor(parts: LifeParts) {
    this.#parts = parts;
    writeFileSync(this.#input, parts.subject.lines);
    const { subject, databases } = parts;
    this.#readers = [...new Set(Object.values(databases))].map((database) => {
      const own = subject.tables.filter((table) => this.#databaseOf(table) === database);
      return new Reader(subject, own, database);
    });
  }

  /** Fills the tables that are looked up, and begins to read. */
  static async begin(parts: LifeParts): Promise<Life> {
    const { databases, subject } = parts;
    const lookedUp = databases.second ?? databases.database;
    if (Object.keys(subject.before).length > 0) {
      await fillTables(lookedUp, subject.before);
      // It makes a fence too, which the job is to make.
      await lookedUp.sql('DROP TABLE millrace_fence');
    }
    return new Life(parts);
  }

  get #input(): string {
    return join(this.#folder, 'input.ndjson');
  }

  #databaseOf(table: string): TestDatabase {
    const { databases, subject } = this.#parts;
    return table in subject.before && databases.second !== undefined ? databases.second : databases.database;
  }

  /** Runs a process to its end, or to its kill. @param killAfter milliseconds after it shows that it began, from outside */
  async run({ kill, killAfter }: { kill?: Kill; killAfter?: number } = {}): Promise<Run> {
    const { program, subject, databases, sabotage } = this.#parts;
    const { database, second } = databases;
    const report = join(this.#folder, 'report.json');
    const crash = {
      kinds: [database.kind, second?.kind],
      databases: Object.fromEntries(Object.entries(databases).map(([name, { url }]) => [placeOf(url), name])),
      report,
      kill,
      sabotage,
    };
    const where = second === undefined ? ['--database', database.url] : ['--env', 'apart'];
    const { child, ended, shows } = start(
      [
        ...['run', subject.name, '--input', `${subject.source}=${this.#input}`, ...where],
        ...['--state', join(this.#folder, 'state'), '--clock', CLOCK],
        ...['--epoch-rows', `${EPOCH_ROWS}`, '--epoch-ms', '0', '--json'],
      ],
      {
        root: program.folder,
        env: {
          NODE_OPTIONS: `--import ${PRELOAD} --disable-warning=ExperimentalWarning`,
          MILLRACE_CRASH: JSON.stringify(crash),
          MILLRACE_FIRST: database.url,
          MILLRACE_SECOND: second?.url,
        },
      },
    );
    let timer: NodeJS.Timeout | undefined;
    if (killAfter !== undefined) {
      await shows(`${subject.source}: file`);
      timer = setTimeout(() => child.kill('SIGKILL'), killAfter);
    }
    const end = await ended;
    clearTimeout(timer);
    if (end.code !== 0 && end.signal === null) this.#faults.push(`exit ${end.code}: ${end.stderr}`);
    // Nobody else writes.
    else if (end.stderr.includes('changed by another writer')) this.#faults.push(end.stderr);
    const { passed } =
      killAfter === undefined
        ? (JSON.parse(readFileSync(report, 'utf8')) as Pick<Run, 'passed'>)
        : { passed: {} };
    return { ...end, killed: end.signal === 'SIGKILL', passed };
  }

  /** The tables and the rejected rows as they are, and the counts that a run said last. */
  async ending(run: Run): Promise<Ending> {
    const { epochs, sources, tables } = summaryOf(run);
    const found = this.#parts.subject.tables.map(async (name) => {
      const rows = await readTable(this.#databaseOf(name), name);
      return [name, linesOf(name, rows)] as const;
    });
    return {
      tables: Object.fromEntries(await Promise.all(found)),
      counts: { epochs, sources, tables },
      rejected: await this.#rejected(),
    };
  }

  async #rejected(): Promise<readonly string[]> {
    const file = await SqliteFile.open(checkpointPath(join(this.#folder, 'state')), { readOnly: true });
    try {
      const rows: string[] = [];
      for await (const { offset, reason } of readRejected(file)) rows.push(`${offset}: ${reason}`);
      return rows;
    } finally {
      await file.close();
    }
  }

  /** Ends the reading, and forgets the state; the databases stay. Faults are also those of the processes. */
  async end(): Promise<Seen> {
    const seen = await Promise.all(this.#readers.map((reader) => reader.stop()));
    rmSync(this.#folder, { recursive: true });
    return {
      epochs: Math.min(...seen.map(({ epochs }) => epochs)),
      faults: [...this.#faults, ...seen.flatMap(({ faults }) => faults)],
    };
  }
}

const summaryOf = ({ stdout }: Run): Summary =>
  JSON.parse(stdout.trimEnd().split('\n').at(-1) as string) as Summary;

/** How long a run took that came to its end, without its start. */
export const secondsOf = (run: Run): number => summaryOf(run).seconds;

/** What the driver calls a database: the file of SQLite, the name on a server. */
const placeOf = (url: string): string =>
  url.startsWith('sqlite:') ? url.slice('sqlite:'.length) : new URL(url).pathname.slice(1);
