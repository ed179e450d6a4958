import type { Committed, Database, TableChanges } from '../connectors/database.ts';
import { isPending, type MaybePromise } from '../maybe-promise.ts';
import type { Computed } from './compile.ts';

/** What a committer works with. */
export interface CommitterParts {
  /** The database of each output, in their order. */
  readonly databases: readonly Database[];
  readonly signal: AbortSignal;
  /** Told how many write-backs into a table another writer had overtaken. */
  readonly onOvertaken: (epoch: number, table: string, n: number) => void;
}

/** A database, with the places of its outputs. */
interface Target {
  readonly database: Database;
  readonly places: readonly number[];
}

/** Commits epochs: one transaction per database, one database after the other. */
export class Committer {
  readonly #parts: CommitterParts;
  readonly #targets: readonly Target[];

  constructor(parts: CommitterParts) {
    this.#parts = parts;
    const { databases } = parts;
    this.#targets = [...new Set(databases)].map((database) => ({
      database,
      places: databases.flatMap((other, i) => (other === database ? [i] : [])),
    }));
  }

  /** Commits an epoch: done at once where all databases are. Rejects, or throws, with what a database throws. */
  commit(computed: Computed): MaybePromise<void> {
    return this.#from(0, computed);
  }

  #from(first: number, computed: Computed): MaybePromise<void> {
    const { epoch, effects } = computed;
    for (let at = first; at < this.#targets.length; at++) {
      const { database, places } = this.#targets[at] as Target;
      const changes = places.map((place) => effects[place]?.changes as TableChanges);
      const done = database.commit(
        { epoch: epoch.number, previous: epoch.number - 1, completeTo: epoch.clock, changes },
        this.#parts.signal,
      );
      if (isPending(done))
        return done.then((committed) => {
          this.#note(epoch.number, changes, committed);
          return this.#from(at + 1, computed);
        });
      this.#note(epoch.number, changes, done);
    }
  }

  #note(epoch: number, changes: readonly TableChanges[], { overtaken }: Committed): void {
    if (overtaken === 0) return;
    const table = changes.find(({ writeBacks }) => writeBacks.length > 0)?.table.name;
    if (table !== undefined) this.#parts.onOvertaken(epoch, table, overtaken);
  }
}
