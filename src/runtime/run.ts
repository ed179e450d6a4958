import { isObservable, map, type Observable } from 'rxjs';
import type { Database } from '../connectors/database.ts';
import { memoryDatabase } from '../connectors/memory/memory-database.ts';
import type { Source, SourceSpec } from '../connectors/source.ts';
import { openDatabase } from '../connectors/sql/open-database.ts';
import { wrong } from '../errors.ts';
import { sourcesOf } from '../plan/derive/sources.ts';
import { tablesOf } from '../plan/derive/tables.ts';
import type { JobPlan } from '../plan/node.ts';
import type { CheckpointLog } from '../state/checkpoint/checkpoint-log.ts';
import { type ChangeBatch, edgeChanges } from './edge-changes.ts';
import { iterableSource } from './sources/iterable-source.ts';
import { observableSource } from './sources/observable-source.ts';
import { type Running, type StartOptions, start } from './start.ts';
import type { Summary } from './summary.ts';

/** Rows for a source: pulled from an (async) iterable, pushed by an Observable (no back-pressure), or a `Source` of one's own. */
export type SourceRows =
  | Observable<unknown>
  | Iterable<unknown>
  | AsyncIterable<unknown>
  | ((spec: SourceSpec) => Source | Promise<Source>);

/** How `run` runs a job. */
export interface RunOptions
  extends Pick<
    StartOptions,
    | 'clock'
    | 'epochRows'
    | 'epochMs'
    | 'rows'
    | 'maxQuarantined'
    | 'fresh'
    | 'clear'
    | 'rebase'
    | 'rebuild'
    | 'rewrites'
    | 'debug'
    | 'onQuarantine'
    | 'log'
  > {
  /** The rows of each source that the job reads, by name. */
  readonly sources: Readonly<Record<string, SourceRows>>;
  /**
   * The directory of the job's state, made where there is none, and held by one run at a time: with it a run goes on where the last one stopped, exactly
   * once through crashes, as far as the sources can be read again (arrays and the like; Observables cannot). Without: the run starts empty and keeps nothing.
   */
  readonly state?: string;
  /** Where all tables are: a URL (`sqlite:out.db`, `mysql://…`, `postgres://…`) or a database. Default: memory. */
  readonly database?: string | Database;
}

/** A job at work in a program. */
export interface JobRun {
  /** For each table that the job writes, the net effect of each epoch, after its commit. Subscribe at once: they are hot. */
  readonly outputs: Readonly<Record<string, Observable<ChangeBatch>>>;
  /** Resolves when the sources have ended; rejects with a `MillraceError`. */
  readonly done: Promise<Summary>;
  /** Finishes the open epoch, commits it and ends. */
  stop(): Promise<Summary>;
}

/**
 * Runs a job inside a program: in a service, in a test. Rows come from iterables or Observables, results leave as
 * Observables and go into a database if one is given.
 *
 * @example
 * const running = run(job, { sources: { user_order: orders$ }, database: 'sqlite:out.db' })
 * running.outputs.hs_order.subscribe(({ epoch, changes }) => …)
 * const summary = await running.done
 * @throws MillraceError (exit 2) with every fault of the job's plan
 */
export function run(job: { readonly plan: JobPlan }, options: RunOptions): JobRun {
  const { sources, database, state, ...rest } = options;
  const read = sourcesOf(job.plan).map(({ name }) => name);
  for (const name of Object.keys(sources))
    if (!read.includes(name))
      throw wrong(`job '${job.plan.name}' reads no source '${name}', but ${read.join(', ')}`);
  if (state !== undefined && database === undefined)
    throw wrong(
      `job '${job.plan.name}': a state directory goes with a database: tables in memory are gone with the process`,
    );
  const opened = typeof database === 'string' ? lazyDatabase(database) : (database ?? memoryDatabase());
  const tables = tablesOf(job.plan).map(({ table }) => table);
  const held = state === undefined ? undefined : holdState(state, job.plan.name, options.fresh === true);
  const running: Running = start(job.plan, {
    ...rest,
    ...(held && { checkpoints: held.open }),
    sources: Object.fromEntries(Object.entries(sources).map(([name, rows]) => [name, opener(rows)])),
    databases: Object.fromEntries(tables.map(({ name }) => [name, opened])),
  });
  const done = running.done.finally(async () => {
    if (typeof database === 'string') await opened.close();
    await held?.release();
  });
  done.catch(() => {});
  return {
    outputs: Object.fromEntries(
      Object.entries(running.outputs).map(([name, changes]) => {
        const table = tables.find((own) => own.name === name) as (typeof tables)[number];
        return [name, changes.pipe(map(edgeChanges(table)))];
      }),
    ),
    done,
    stop() {
      running.stop();
      return done;
    },
  };
}

function opener(rows: SourceRows): (spec: SourceSpec) => Source | Promise<Source> {
  if (typeof rows === 'function') return rows;
  return (spec) => (isObservable(rows) ? observableSource(rows, spec) : iterableSource(rows, spec));
}

/** A state directory from the moment it is opened to its release. */
function holdState(directory: string, job: string, fresh: boolean) {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let ended: Promise<void> = Promise.resolve();
  return {
    async open(): Promise<CheckpointLog> {
      const { inStateDirectory } = await import('../state/state-directory.ts');
      return new Promise((resolve, reject) => {
        ended = inStateDirectory(directory, job, { fresh, synchronous: 'FULL' }, ({ checkpoints }) => {
          resolve(checkpoints);
          return released;
        }).catch(reject);
      });
    },
    async release(): Promise<void> {
      release();
      await ended;
    },
  };
}

/** A database that is opened when it is first needed. */
function lazyDatabase(url: string): Database {
  let opened: Promise<Database> | undefined;
  const open = () => {
    opened ??= openDatabase(url);
    return opened;
  };
  return {
    label: url.replace(/\/\/[^@/]*@/, '//'),
    transactional: true,
    prepare: async (uses) => (await open()).prepare(uses),
    claim: async (claim) => (await open()).claim(claim),
    commit: async (commit, signal) => (await open()).commit(commit, signal),
    lookup: async (table, keys, signal) => (await open()).lookup(table, keys, signal),
    rows: async (table, limit) => (await open()).rows(table, limit),
    close: async () => (await opened)?.close(),
  };
}
