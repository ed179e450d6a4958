import type { Commit, Committed, Database, TableChanges } from '../connectors/database.ts';
import { refused } from '../errors.ts';
import { isPending, type MaybePromise } from '../maybe-promise.ts';
import type { TableSchema } from '../plan/schema.ts';
import type { CheckpointLog } from '../state/checkpoint/checkpoint-log.ts';
import { foldChanges } from './checkpoint/folded-changes.ts';
import { decodeOutbox } from './checkpoint/outbox.ts';
import { parseHead, type RunHead } from './checkpoint/run-head.ts';
import { LinkChains } from './link-chains.ts';

/** What a committer works with. */
export interface CommitterParts {
  /** The table of each output, in their order, and its database. */
  readonly outputs: readonly { readonly table: TableSchema; readonly database: Database }[];
  /** Where effects of earlier epochs are; undefined: nowhere. */
  readonly log: CheckpointLog | undefined;
  readonly signal: AbortSignal;
  /** Told how many write-backs into a table another writer had overtaken. */
  readonly onOvertaken: (epoch: number, table: string, n: number) => void;
  /** Told that a database lost the epochs after this one, and has them again. */
  readonly onRegained: (database: Database, after: number) => void;
}

/** Epochs to commit as one step for readers. */
export interface CommitGroup {
  readonly first: number;
  readonly last: number;
  /** Of the last: epoch milliseconds. */
  readonly clock: number;
  /** By epoch, then by output. */
  readonly changes: readonly (readonly TableChanges[])[];
}

/** A database, with the places of its outputs. */
interface Target {
  readonly database: Database;
  readonly places: readonly number[];
  readonly tables: readonly TableSchema[];
  /** The epoch at which its fence stands. */
  at: number;
}

/** Commits epochs: one transaction per database, one database after the other. */
export class Committer {
  readonly #parts: CommitterParts;
  readonly #targets: readonly Target[];

  constructor(parts: CommitterParts) {
    this.#parts = parts;
    const databases = parts.outputs.map(({ database }) => database);
    this.#targets = [...new Set(databases)].map((database) => {
      const places = databases.flatMap((other, i) => (other === database ? [i] : []));
      const tables = places.map((place) => (parts.outputs[place] as (typeof parts.outputs)[number]).table);
      return { database, places, tables, at: 0 };
    });
  }

  /** The fence of a database stands at this epoch. */
  stand(database: Database, epoch: number): void {
    for (const target of this.#targets) if (target.database === database) target.at = epoch;
  }

  /**
   * Applies again what databases lack of the epochs up to this one.
   * @returns how many epochs, over all databases
   * @throws MillraceError exit 3 where they lack more than the log holds
   */
  async catchUp(epoch: number): Promise<number> {
    let applied = 0;
    for (const target of this.#targets) applied += await this.#applyAgain(target, epoch);
    return applied;
  }

  /** Commits an epoch, or several: done at once where all databases are. Rejects, or throws, with what a database throws. */
  commit(group: CommitGroup): MaybePromise<void> {
    return this.#from(0, group);
  }

  #from(first: number, group: CommitGroup): MaybePromise<void> {
    for (let at = first; at < this.#targets.length; at++) {
      const target = this.#targets[at] as Target;
      const changes = target.places.map((place) => changesAt(group, place));
      const commit = { epoch: group.last, previous: target.at, completeTo: group.clock, changes };
      const done = target.database.commit(commit, this.#parts.signal);
      if (isPending(done))
        return done.then(async (committed) => {
          await this.#settle(target, commit, committed);
          return this.#from(at + 1, group);
        });
      if (done.lostAfter !== undefined)
        return this.#settle(target, commit, done).then(() => this.#from(at + 1, group));
      this.#note(target, commit, done);
    }
  }

  /** A database that lost what it had committed gets it again, then what it was given now. */
  async #settle(target: Target, commit: Commit, committed: Committed): Promise<void> {
    let done = committed;
    while (done.lostAfter !== undefined) {
      await this.#regain(target, done.lostAfter);
      done = await target.database.commit(commit, this.#parts.signal);
    }
    this.#note(target, commit, done);
  }

  /** Gives a database again what it lost of what was committed, while no commit is under way. */
  async regain(database: Database, after: number): Promise<void> {
    for (const target of this.#targets) if (target.database === database) await this.#regain(target, after);
  }

  async #regain(target: Target, after: number): Promise<void> {
    const last = target.at;
    target.at = after;
    await this.#applyAgain(target, last);
    this.#parts.onRegained(target.database, after);
  }

  #note(target: Target, { epoch, changes }: Commit, { overtaken }: Committed): void {
    target.at = epoch;
    if (overtaken === 0) return;
    const table = changes.find(({ writeBacks }) => writeBacks.length > 0)?.table.name;
    if (table !== undefined) this.#parts.onOvertaken(epoch, table, overtaken);
  }

  /** The epochs to apply, in order; where all tables are written anew in one, none before it. Undefined where they are not kept. */
  async #lacking({ at, tables }: Target): Promise<readonly Lacking[] | undefined> {
    const { log } = this.#parts;
    if (log === undefined) return undefined;
    const kept = (await log.outboxAfter(Math.max(at, log.first - 1))) ?? [];
    const records = kept.map(({ epoch, head: text, outbox }): Lacking => {
      const head = parseHead(text);
      return { epoch, head, outbox, rewritten: head.rewritten ?? [] };
    });
    const anew = records.findLastIndex(({ rewritten }) =>
      tables.every(({ name }) => rewritten.includes(name)),
    );
    if (anew >= 0) return records.slice(anew);
    return at + 1 < log.first ? undefined : records;
  }

  /** Epoch by epoch: a write-back stands on the one before. */
  async #applyAgain(target: Target, last: number): Promise<number> {
    const { log, signal } = this.#parts;
    if (target.at >= last) return 0;
    const { database, tables } = target;
    const records = await this.#lacking(target);
    if (records === undefined)
      throw refused(
        `${database.label}: its tables stand at epoch ${target.at}, the state at epoch ${last}, and the effects of the epochs between are not kept any more. Write the tables anew with --rebuild, or start from empty state with --fresh`,
      );
    const chains = new LinkChains();
    // What a table was given before it is written anew goes with the rest of it.
    const begins = new Map(records.flatMap(({ epoch, rewritten }) => rewritten.map((name) => [name, epoch])));
    let applied = 0;
    for (const { epoch, head, outbox, rewritten } of records) {
      if (epoch > last) break;
      const lasting = tables.filter(({ name }) => epoch >= (begins.get(name) ?? 0));
      const changes = chains.alive(decodeOutbox(outbox, log?.parts ?? [], lasting));
      const commit = {
        epoch,
        previous: target.at,
        completeTo: head.clock,
        changes,
        clear: lasting.filter(({ name }) => rewritten.includes(name)),
        nameOvertaken: true,
      };
      const done = await database.commit(commit, signal);
      if (done.lostAfter !== undefined)
        throw refused(
          `${database.label}: it loses what it has committed while it is written (epoch ${done.lostAfter} after ${target.at})`,
        );
      for (const { table, row } of done.overtakenRows ?? []) chains.end(table, row);
      this.#note(target, commit, done);
      applied++;
    }
    return applied;
  }
}

/** An epoch whose effects a database lacks. */
interface Lacking {
  readonly epoch: number;
  readonly head: RunHead;
  readonly outbox: Buffer;
  readonly rewritten: readonly string[];
}

function changesAt({ changes }: CommitGroup, place: number): TableChanges {
  if (changes.length === 1) return changes[0]?.[place] as TableChanges;
  return foldChanges(changes.map((epoch) => epoch[place] as TableChanges));
}
