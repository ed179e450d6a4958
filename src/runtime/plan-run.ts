import { Subject } from 'rxjs';
import type { Source, SourcePosition } from '../connectors/source.ts';
import { isPending, type MaybePromise } from '../maybe-promise.ts';
import { sourcesOf } from '../plan/derive/sources.ts';
import { tablesOf } from '../plan/derive/tables.ts';
import type { JobPlan } from '../plan/node.ts';
import { stateFingerprintOf } from '../plan/state-identity.ts';
import { calendar } from '../values/calendar.ts';
import { Assembler } from './assembler.ts';
import type { ChangeSet } from './change.ts';
import { CommitQueue } from './commit-queue.ts';
import type { Computed, OperatorState } from './compile.ts';
import { Counts, type CountsAfter } from './counts.ts';
import type { Epoch } from './epoch.ts';
import { refuseMore } from './max-quarantined.ts';
import { OpenEpochs } from './open-epochs.ts';
import { type Opened, Opening } from './opening.ts';
import type { QuarantinedRow } from './quarantine.ts';
import { rejectedRows } from './rejected.ts';
import type { SealedEpoch } from './sealed-epoch.ts';
import type { Running, StartOptions } from './start.ts';
import type { Summary } from './summary.ts';
import { VanishedColumns } from './vanished-columns.ts';

/** Milliseconds after which a run lets the process do other work. */
const BREATH = 10;
/** Epochs that may be computed and not committed yet, where nothing else is said. */
const AHEAD = 16;

/** A plan at work, from the opening of its sources to their end. */
export class PlanRun {
  readonly #options: StartOptions;
  readonly #outputs: ReadonlyMap<string, Subject<ChangeSet>>;
  readonly #counts: Counts;
  readonly #abort = new AbortController();
  readonly #vanished = new VanishedColumns();
  readonly #epochs: OpenEpochs;
  readonly #opening: Opening;
  #opened!: Opened;
  /** By fingerprint, each once. */
  #operators: ReadonlyMap<string, OperatorState> = new Map();
  /** Sources that are told what is durable, by name. */
  #listeners: ReadonlyMap<string, Source> = new Map();
  #queue!: CommitQueue;
  #assembler: Assembler | undefined;
  /** Does the job write to a table that it looks up? Then each epoch is computed over the tables of the one before. */
  readonly #writesBack: boolean;
  /** Counts of the epochs that are durable. */
  #counted: CountsAfter;
  #stopped = false;
  #epoch = 0;
  #breathed = performance.now();

  constructor(plan: JobPlan, options: StartOptions) {
    this.#options = options;
    const environment = {
      clock: { now: 0, startOfToday: 0, startOfHour: 0 },
      calendar: calendar(plan.timeZone),
    };
    this.#epochs = new OpenEpochs(environment, options.clock ?? Date.now);
    const tables = plan.outputs.map(({ table }) => table.name);
    this.#outputs = new Map(tables.map((name) => [name, new Subject<ChangeSet>()]));
    const sources = sourcesOf(plan).map(({ name }) => name);
    const writtenBack = tablesOf(plan).flatMap(({ table, writes, looksUp }) =>
      writes && looksUp ? [table.name] : [],
    );
    this.#writesBack = writtenBack.length > 0;
    this.#counts = new Counts(plan.name, sources, tables, writtenBack);
    this.#counted = this.#counts.now;
    this.#opening = new Opening({
      plan,
      options,
      environment,
      epochs: this.#epochs,
      counts: this.#counts,
      signal: this.#abort.signal,
      onDurable: (counts) => {
        this.#counted = counts;
      },
      onOvertaken: (epoch, table, n) => this.#onOvertaken(epoch, table, n),
    });
  }

  begin(): Running {
    const done = this.#run();
    // A caller who watches the outputs alone is told of a failure there.
    done.catch(() => {});
    return {
      outputs: Object.fromEntries(
        [...this.#outputs].map(([name, subject]) => [name, subject.asObservable()]),
      ),
      done,
      summary: () => this.#counts.summary(this.#counted),
      stop: () => {
        this.#stopped = true;
        this.#abort.abort();
        this.#assembler?.stop();
      },
    };
  }

  async #run(): Promise<Summary> {
    // Callers subscribe to the outputs first.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      await this.#open();
      await this.#work();
      for (const output of this.#outputs.values()) output.complete();
      return this.#counts.summary(this.#counted);
    } catch (error) {
      for (const output of this.#outputs.values()) if (output.observed) output.error(error);
      throw error;
    } finally {
      await Promise.all(this.#opening.sources.map((source) => source.close()));
    }
  }

  async #open(): Promise<void> {
    const { epochRows = 1000, epochMs = 100, rows } = this.#options;
    const opened = await this.#opening.open();
    const { committer, log, epoch, seq } = opened;
    this.#opened = opened;
    this.#epoch = epoch;
    this.#operators = new Map(opened.pipeline.states.map((state) => [stateFingerprintOf(state.node), state]));
    this.#listeners = new Map(
      this.#opening.sources.flatMap((source) => (source.durable ? [[source.name, source]] : [])),
    );
    this.#queue = new CommitQueue({
      committer,
      log,
      onDurable: ({ counts, behind }) => {
        this.#counted = counts;
        if (behind !== undefined) this.#tellSources(behind);
      },
      onCommitted: (sealed) => this.#tell(sealed),
      onFailure: () => this.#assembler?.stop(),
    });
    this.#assembler = new Assembler(
      this.#opening.sources,
      { rows: epochRows, ms: epochMs, limit: rows ?? Number.POSITIVE_INFINITY },
      seq,
    );
    if (this.#stopped) this.#assembler.stop();
  }

  /** Epoch after epoch: the rows of one are pulled, computed and handed over to be written. What is handed over is written also where a later one fails. */
  async #work(): Promise<void> {
    const assembler = this.#assembler as Assembler;
    const queue = this.#queue;
    const { ahead = AHEAD } = this.#options;
    const most = this.#writesBack ? 0 : Math.max(0, ahead - 1);
    try {
      for (;;) {
        const pulled = assembler.next();
        const gathered = isPending(pulled) ? await pulled : pulled;
        if (gathered === null) break;
        const room = queue.room(most);
        if (isPending(room)) await room;
        const done = this.#turn(this.#epochs.open(gathered, this.#epoch + 1));
        if (isPending(done)) await done;
        // Sources and tables in memory never wait: timers and input of the process have their turn here.
        if (performance.now() - this.#breathed < BREATH) continue;
        await new Promise((resolve) => setImmediate(resolve));
        this.#breathed = performance.now();
      }
    } catch (error) {
      await queue.room(0);
      throw error;
    }
    await queue.room(0);
  }

  /** Computes an epoch and commits it. */
  #turn(epoch: Epoch): MaybePromise<void> {
    const { log } = this.#options;
    if (log) for (const line of this.#vanished.look(epoch.parts, epoch.number)) log(line);
    const computed = this.#opened.computer.compute(epoch);
    return isPending(computed) ? computed.then((later) => this.#settle(later)) : this.#settle(computed);
  }

  /** Seals what was computed, and hands it over to be written. */
  #settle(computed: Computed): MaybePromise<void> {
    const rejected = rejectedRows(computed.epoch);
    if (rejected.length > 0) {
      refuseMore(this.#counts.quarantined + rejected.length, rejected, this.#options.maxQuarantined);
      const told = this.#options.onQuarantine?.(rejected);
      if (told !== undefined) return told.then(() => this.#seal(computed, rejected));
    }
    this.#seal(computed, rejected);
  }

  #seal(computed: Computed, rejected: readonly QuarantinedRow[]): void {
    const { epoch, effects } = computed;
    const { number, clock, firstSeq, endSeq } = epoch;
    this.#counts.add(epoch, effects);
    for (const [fingerprint, state] of this.#operators)
      if (state.expired > 0) this.#counts.addExpired(fingerprint, state.expired);
    const counts = this.#counts.now;
    const record = this.#opened.checkpointer?.record(computed, this.#counts.ofState(counts), rejected);
    const sealed: SealedEpoch = {
      number,
      clock,
      rows: endSeq - firstSeq,
      quarantined: rejected.length,
      changes: effects.map(({ changes }) => changes),
      told: effects.flatMap(({ changes: { table }, list }) =>
        this.#outputs.get(table.name)?.observed
          ? [{ epoch: number, table: table.name, changes: list() }]
          : [],
      ),
      counts,
      behind: this.#behind(epoch),
      record,
    };
    for (const state of this.#opened.pipeline.states) state.commit(epoch);
    this.#epoch = number;
    this.#queue.push(sealed);
  }

  /** Where the sources that want to know stand behind an epoch. */
  #behind({ parts }: Epoch): SealedEpoch['behind'] {
    let behind: Record<string, SourcePosition> | undefined;
    for (const { source, batch } of parts) {
      if (!this.#listeners.has(source)) continue;
      const position = batch.position();
      if (position !== null) behind = { ...behind, [source]: position };
    }
    return behind;
  }

  #tellSources(behind: Readonly<Record<string, SourcePosition>>): void {
    for (const [name, position] of Object.entries(behind)) this.#listeners.get(name)?.durable?.(position);
  }

  #tell({ number, clock, rows, quarantined, told }: SealedEpoch): void {
    for (const set of told) if (set.changes.length > 0) this.#outputs.get(set.table)?.next(set);
    this.#options.onEpoch?.({ epoch: number, clock, rows, quarantined });
  }

  #onOvertaken(epoch: number, table: string, n: number): void {
    this.#counts.addOvertaken(table, n);
    this.#options.log?.(
      `epoch ${epoch}: ${table}: ${n} rows were changed by another writer since they were read; theirs stand`,
    );
  }
}
