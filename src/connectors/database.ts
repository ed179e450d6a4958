// What a database of tables promises. Connectors implement it; the runtime commits to it and looks up in it.
import type { MaybePromise } from '../maybe-promise.ts';
import type { TableSchema } from '../plan/schema.ts';
import type { Row } from '../values/sql-type.ts';

/** How a job uses a table. */
export interface TableUse {
  readonly table: TableSchema;
  readonly writes: boolean;
  readonly looksUp: boolean;
  /** Columns that the job may write NULL into. */
  readonly writesNull: readonly string[];
  /** The job may delete rows. Absent: it is not known. */
  readonly deletes?: boolean;
  /** The job has written the table: where it is missing its rows are lost, and it is refused in place of being created. Absent: no. */
  readonly expected?: boolean;
}

/** A row of a looked-up table that a job replaces: applied only where the table still holds `read`. */
export interface WriteBack {
  /** What `lookup` returned for the key in this epoch; null: there was no row, and the new one is inserted if there still is none. */
  readonly read: Row | null;
  readonly row: Row;
}

/** The net effect of one epoch on one table: at most one entry per primary key over all three lists. */
export interface TableChanges {
  readonly table: TableSchema;
  /** Rows to insert or replace, whole. */
  readonly upserts: readonly Row[];
  /** Rows to delete (their primary key columns count). */
  readonly deletes: readonly Row[];
  readonly writeBacks: readonly WriteBack[];
}

/** One epoch, or several folded by key, as one transaction. */
export interface Commit {
  /** The epoch that the fence names afterwards. */
  readonly epoch: number;
  /** The epoch that the fence names before: 0 at the first commit of a run. */
  readonly previous: number;
  /** How far the tables are complete: epoch milliseconds. */
  readonly completeTo: number;
  readonly changes: readonly TableChanges[];
  /** Tables whose rows all go first, in the same transaction (a table is written anew). Absent: none. */
  readonly clear?: readonly TableSchema[];
  /** Say which write-backs were overtaken; slower. Absent: how many. */
  readonly nameOvertaken?: boolean;
}

/** Claim of a job on its rows in a database. */
export interface Claim {
  readonly job: string;
  /** Random id of the run's state. */
  readonly owner: string;
  /** The last epoch of the run's state; 0: it has none. */
  readonly epoch: number;
  /**
   * `continue`: the fence must be ours, or missing while the state has no epoch.
   * `fresh`: taken over at `epoch`, whoever held it, or inserted there.
   * `rebase`: the state is an older copy. Ours beyond `epoch`, or another's, is moved to `epoch`; ours below stays, as its tables lack
   * what is after it; one that is missing is as in `continue`.
   * `rebuild`: all its tables are written anew after it: as `continue`, but one that is missing is inserted at `epoch`.
   */
  readonly mode: 'continue' | 'fresh' | 'rebase' | 'rebuild';
  /** Tables whose rows go in the transaction of the claim. */
  readonly clear: readonly TableSchema[];
}

/** What came of a commit. */
export interface Committed {
  /** Write-backs that found another row than was read: they were not made. */
  readonly overtaken: number;
  /** Where the commit asks for it: these. */
  readonly overtakenRows?: readonly { readonly table: TableSchema; readonly row: Row }[];
  /**
   * Nothing was written: the fence stands below `previous`, at this epoch, as the database lost the commits after it.
   * The epochs after it are to be applied again from the outbox.
   */
  readonly lostAfter?: number;
}

/** A look-up met a database that has lost commits: what it would have answered was read before them. */
export class LostCommits extends Error {
  /** The epoch at which the fence stands. */
  readonly after: number;

  constructor(after: number) {
    super(`the database stands at epoch ${after} again`);
    this.after = after;
  }
}

/** A database that holds tables of a job. All methods throw a `MillraceError` that says what to do; secrets are never in it. */
export interface Database {
  /** Where it is, without secrets: `sqlite:out.db`, `mysql://host:3306/db`. */
  readonly label: string;
  /** False: a reader may see part of an epoch. */
  readonly transactional: boolean;
  /**
   * Creates missing tables and the fence's, refuses drift with every difference listed, and (exit 3) tables that are missing though they are expected.
   * @returns warnings for a person, one line each: settings with which the database may lose what it has committed
   */
  prepare(uses: readonly TableUse[]): Promise<readonly string[]>;
  /**
   * Makes the fence row the claim's. One job at a time: commits are those of the last claim.
   * Exit 3, naming the ways out: another owner's fence; none though the state has epochs; ours beyond `epoch`.
   * @returns the epoch at which the fence stands: at most `epoch`; later epochs of the state are to be applied again
   */
  claim(claim: Claim): Promise<number>;
  /**
   * Throws (exit 2) where the rows of a table cannot be removed: a commit that clears it would never be made. Asked before a state is replaced that wants one.
   * Absent: those of all tables can.
   */
  mayClear?(table: TableSchema): void;
  /**
   * One transaction: fence, tables to clear, deletes, upserts, conditional write-backs. Exit 3 where the fence is not the claim's.
   * Applied once, however often it has to be tried.
   * A database that is away is waited for (a line when the reason changes); `signal` ends the wait with exit 1.
   */
  commit(commit: Commit, signal: AbortSignal): MaybePromise<Committed>;
  /**
   * The rows of the keys (rows that have the primary key columns, no two alike there), by place; null: there is none.
   * @throws LostCommits where the job also writes the table, and the database lost commits that were answered
   */
  lookup(
    table: TableSchema,
    keys: readonly Row[],
    signal: AbortSignal,
  ): MaybePromise<readonly (Row | null)[]>;
  /** All rows of a table in primary key order, at most `limit`: for the demonstration and tests. */
  rows(table: TableSchema, limit?: number): Promise<readonly Row[]>;
  close(): Promise<void>;
}
