import type { Observable } from 'rxjs';
import type { Database } from '../connectors/database.ts';
import type { Source, SourceSpec } from '../connectors/source.ts';
import { wrong } from '../errors.ts';
import type { JobPlan } from '../plan/node.ts';
import { type Rewrites, rewrite } from '../plan/rewrite/rewrite.ts';
import { validate } from '../plan/validate.ts';
import type { CheckpointLog } from '../state/checkpoint/checkpoint-log.ts';
import type { ChangeSet } from './change.ts';
import { checkBounds } from './check-bounds.ts';
import { PlanRun } from './plan-run.ts';
import type { QuarantinedRow } from './quarantine.ts';
import type { Summary } from './summary.ts';

/** How a plan is run. */
export interface StartOptions {
  /** How to open each source of the plan, by name. */
  readonly sources: Readonly<Record<string, (spec: SourceSpec) => Promise<Source> | Source>>;
  /** The database of each table that the plan writes or looks up, by catalog name. One may serve several. The caller closes it. */
  readonly databases: Readonly<Record<string, Database>>;
  /** Epoch milliseconds; default `Date.now`. What it answers never goes back between epochs. */
  readonly clock?: (() => number) | undefined;
  /** Bounds of an epoch; default 1000 rows and 100 ms. 0 ms: by rows alone, so that runs repeat exactly. */
  readonly epochRows?: number | undefined;
  readonly epochMs?: number | undefined;
  /** Epochs that may be computed while earlier ones are written; default 16. 0: one after the other, each a step of its own for readers. */
  readonly ahead?: number | undefined;
  /** End after so many rows, as at the end of a file. */
  readonly rows?: number | undefined;
  /** The epoch that would exceed it is not committed; the run fails. */
  readonly maxQuarantined?: number | undefined;
  /**
   * The checkpoints of the job, open and held by nobody else, or what opens them; the caller closes them. With them the run goes on where the last one
   * stopped, and every row counts exactly once through crashes. Without: the run starts empty and keeps nothing.
   */
  readonly checkpoints?: CheckpointLog | (() => Promise<CheckpointLog>) | undefined;
  /** The checkpoints are an older copy: the fences of the databases are moved back to where it stands. */
  readonly rebase?: boolean | undefined;
  /** The job was edited since the checkpoints were written: make state and tables anew, as the refusal says. Unedited: write the tables anew. */
  readonly rebuild?: boolean | undefined;
  /** Told how much of a state is loaded, from 0 to 1, while a run starts. */
  readonly onRestore?: ((done: number) => void) | undefined;
  /** Go on over rows that the job wrote in a run before. */
  readonly fresh?: boolean | undefined;
  /** With `fresh`: empty the tables that the job writes. */
  readonly clear?: boolean | undefined;
  /** Told the rows that could not be applied, before the epoch is committed. */
  readonly onQuarantine?: ((rows: readonly QuarantinedRow[]) => Promise<void> | void) | undefined;
  /** Told of each epoch, after its commit. */
  readonly onEpoch?: ((report: EpochReport) => void) | undefined;
  /** Rewrites of the plan that are left out, each `false`; `false`: the job runs as written. For finding out what one does. */
  readonly rewrites?: Rewrites | undefined;
  /** Check while running what operators promise one another: rows are frozen, batches end with their epoch. Default: MILLRACE_DEBUG=1. */
  readonly debug?: boolean | undefined;
  /** Lines for a person: a dimension's write that another writer overtook, a column that has no values any more. */
  readonly log?: ((line: string) => void) | undefined;
}

/** An epoch that was committed. */
export interface EpochReport {
  readonly epoch: number;
  /** Epoch milliseconds. */
  readonly clock: number;
  readonly rows: number;
  readonly quarantined: number;
}

/** A job at work. */
export interface Running {
  /** For each table that the job writes, the net effect of each epoch after its commit, of epochs that are computed after the subscription. Rows hold engine values. */
  readonly outputs: Readonly<Record<string, Observable<ChangeSet>>>;
  /** Resolves when the sources end or after `stop`; rejects with a `MillraceError`. */
  readonly done: Promise<Summary>;
  /** Counts of the committed epochs so far. */
  summary(): Summary;
  /** Finishes the open epoch, commits it and ends. A database that is being waited for is waited for no longer (exit 1). */
  stop(): void;
}

/**
 * Runs a plan: validates and rewrites it, prepares its tables, takes in its checkpoint, opens its sources where it left them, claims its tables and
 * applies again what they lack, then reads, computes and commits epoch after epoch. Later epochs are computed while earlier ones are written; a job that writes back to a table that it looks up computes an epoch once the one before is in the table.
 * Nothing is read before the caller has had the chance to subscribe to the outputs.
 * @throws MillraceError (exit 2) with every fault of the plan
 */
export function start(plan: JobPlan, options: StartOptions): Running {
  const faults = validate(plan);
  if (faults.length > 0)
    throw wrong(faults.map(({ at, message }) => `${at.file}:${at.line}: ${message}`).join('\n'));
  checkBounds(options);
  return new PlanRun(rewrite(plan, options.rewrites), options).begin();
}
