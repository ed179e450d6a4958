import { randomUUID } from 'node:crypto';
import { Subject } from 'rxjs';
import type { Claim, Database, TableUse } from '../connectors/database.ts';
import type { Source } from '../connectors/source.ts';
import { failed, wrong } from '../errors.ts';
import { isPending, type MaybePromise } from '../maybe-promise.ts';
import { sourcesOf } from '../plan/derive/sources.ts';
import { tablesOf } from '../plan/derive/tables.ts';
import type { JobPlan } from '../plan/node.ts';
import { keptColumns } from '../plan/rewrite/kept-columns.ts';
import type { CheckpointLog } from '../state/checkpoint/checkpoint-log.ts';
import { calendar } from '../values/calendar.ts';
import { AppendBuffer } from './append-buffer.ts';
import { Assembler } from './assembler.ts';
import type { ChangeSet } from './change.ts';
import { Checkpointer } from './checkpoint/checkpointer.ts';
import { parseHead, type RunHead } from './checkpoint/run-head.ts';
import { CommitQueue } from './commit-queue.ts';
import { Committer } from './committer.ts';
import { type Computed, compile, type Pipeline } from './compile.ts';
import { Counts, type CountsAfter } from './counts.ts';
import { guarded } from './debug/guard.ts';
import { type Epoch, forgiveFollowers } from './epoch.ts';
import { OpenEpochs } from './open-epochs.ts';
import type { QuarantinedRow } from './quarantine.ts';
import { rejectedRows } from './rejected.ts';
import type { SealedEpoch } from './sealed-epoch.ts';
import type { Running, StartOptions } from './start.ts';
import type { Summary } from './summary.ts';

/** Milliseconds after which a run lets the process do other work. */
const BREATH = 10;
/** Epochs that may be computed and not committed yet, where nothing else is said. */
const AHEAD = 16;

/** A plan at work, from the opening of its sources to their end. */
export class PlanRun {
  readonly #plan: JobPlan;
  readonly #options: StartOptions;
  readonly #environment;
  readonly #outputs: ReadonlyMap<string, Subject<ChangeSet>>;
  readonly #counts: Counts;
  readonly #abort = new AbortController();
  readonly #epochs: OpenEpochs;
  /** The rows of an epoch, by source. */
  readonly #read: ReadonlyMap<string, AppendBuffer>;
  #pipeline!: Pipeline;
  #queue!: CommitQueue;
  #checkpointer: Checkpointer | undefined;
  #assembler: Assembler | undefined;
  /** Does the job write to a table that it looks up? Then each epoch is computed over the tables of the one before. */
  readonly #writesBack: boolean;
  /** Counts of the epochs that are durable. */
  #counted: CountsAfter;
  #stopped = false;
  #sources: readonly Source[] = [];
  #epoch = 0;
  #breathed = performance.now();
  /** Faults of the open epoch when its present try began. */
  #faultsBefore = 0;

  constructor(plan: JobPlan, options: StartOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#environment = {
      clock: { now: 0, startOfToday: 0, startOfHour: 0 },
      calendar: calendar(plan.timeZone),
    };
    this.#epochs = new OpenEpochs(this.#environment, options.clock ?? Date.now);
    const tables = plan.outputs.map(({ table }) => table.name);
    this.#outputs = new Map(tables.map((name) => [name, new Subject<ChangeSet>()]));
    const sources = sourcesOf(plan).map(({ name }) => name);
    this.#read = new Map(sources.map((name) => [name, new AppendBuffer()]));
    const writtenBack = tablesOf(plan).flatMap(({ table, writes, looksUp }) =>
      writes && looksUp ? [table.name] : [],
    );
    this.#writesBack = writtenBack.length > 0;
    this.#counts = new Counts(plan.name, sources, tables, writtenBack);
    this.#counted = this.#counts.now;
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
      await Promise.all(this.#sources.map((source) => source.close()));
    }
  }

  async #open(): Promise<void> {
    const { databases, epochRows = 1000, epochMs = 100, rows, checkpoints } = this.#options;
    const uses = tablesOf(this.#plan);
    for (const { name } of sourcesOf(this.#plan))
      if (this.#options.sources[name] === undefined)
        throw wrong(`source '${name}' of job '${this.#plan.name}' is not given`);
    for (const { table } of uses)
      if (databases[table.name] === undefined)
        throw wrong(`table '${table.name}' of job '${this.#plan.name}' has no database`);
    await this.#unlessStopped(this.#prepare(uses));
    const { debug = process.env.MILLRACE_DEBUG === '1' } = this.#options;
    this.#pipeline = compile(this.#plan, {
      environment: this.#environment,
      databases,
      signal: this.#abort.signal,
      making: debug ? guarded : {},
    });
    const last = checkpoints?.last;
    const head = last && parseHead(last.head);
    if (checkpoints !== undefined) await this.#restore(checkpoints, head);
    const opened = await this.#openSources(head);
    await this.#unlessStopped(this.#claim(uses));
    this.#assembler = new Assembler(
      opened,
      { rows: epochRows, ms: epochMs, limit: rows ?? Number.POSITIVE_INFINITY },
      head?.seq,
    );
    if (this.#stopped) this.#assembler.stop();
  }

  /** Takes in what a checkpoint keeps, and makes again what it does not. */
  async #restore(log: CheckpointLog, head: RunHead | undefined): Promise<void> {
    const { onRestore = () => {} } = this.#options;
    const { states } = this.#pipeline;
    this.#checkpointer = await Checkpointer.open(log, states, this.#plan.outputs, head, onRestore);
    if (head === undefined || log.last === undefined) return;
    this.#epoch = log.last.epoch;
    this.#counts.continue(head.counts);
    this.#counted = this.#counts.now;
    const past = this.#epochs.past(this.#epoch, head.clock, head.seq);
    this.#pipeline.recall(past);
    for (const state of states) state.commit(past);
  }

  async #openSources(head: RunHead | undefined): Promise<readonly Source[]> {
    const opened: Source[] = [];
    this.#sources = opened;
    for (const schema of sourcesOf(this.#plan)) {
      const open = this.#options.sources[schema.name] as StartOptions['sources'][string];
      const from = head?.positions[schema.name];
      opened.push(await open({ schema, keep: keptColumns(this.#plan, schema), from }));
    }
    return opened;
  }

  /** A first contact that is waited for ends with `stop`; nothing has been read then. */
  async #unlessStopped(work: Promise<void>): Promise<void> {
    const { signal } = this.#abort;
    let onAbort: (() => void) | undefined;
    const stopped = new Promise<never>((_, reject) => {
      onAbort = () => reject(failed('stopped before the first epoch; nothing was read or written'));
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort);
    });
    try {
      await Promise.race([work, stopped]);
    } finally {
      signal.removeEventListener('abort', onAbort as () => void);
    }
  }

  async #prepare(uses: readonly TableUse[]): Promise<void> {
    for (const database of this.#databases())
      for (const warning of await database.prepare(this.#usesOf(database, uses)))
        this.#options.log?.(warning);
  }

  #usesOf(database: Database, uses: readonly TableUse[]): readonly TableUse[] {
    return uses.filter(({ table }) => this.#options.databases[table.name] === database);
  }

  /** Claims the tables, and applies again what they lack of the state's epochs. */
  async #claim(uses: readonly TableUse[]): Promise<void> {
    const { fresh = false, clear = false, rebase = false, checkpoints, log = () => {} } = this.#options;
    const committer = new Committer({
      outputs: this.#plan.outputs.map(({ table }) => ({
        table,
        database: this.#options.databases[table.name] as Database,
      })),
      log: checkpoints,
      signal: this.#abort.signal,
      onOvertaken: (epoch, table, n) => this.#onOvertaken(epoch, table, n),
    });
    const owner = checkpoints?.owner ?? randomUUID();
    const mode: Claim['mode'] = fresh ? 'fresh' : rebase ? 'rebase' : 'continue';
    for (const database of this.#databases()) {
      const written = this.#usesOf(database, uses).filter(({ writes }) => writes);
      if (written.length === 0) continue;
      const cleared = clear ? written.map(({ table }) => table) : [];
      const claim = { job: this.#plan.name, owner, epoch: this.#epoch, mode, clear: cleared };
      committer.stand(database, await database.claim(claim));
    }
    const again = await committer.catchUp(this.#epoch);
    if (again > 0) log(`${again} epochs were missing in the tables: they are there now`);
    this.#queue = new CommitQueue({
      committer,
      log: checkpoints,
      onDurable: ({ counts }) => {
        this.#counted = counts;
      },
      onCommitted: (epoch) => this.#tell(epoch),
      onFailure: () => this.#assembler?.stop(),
    });
  }

  #databases(): readonly Database[] {
    return [
      ...new Set(tablesOf(this.#plan).map(({ table }) => this.#options.databases[table.name] as Database)),
    ];
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

  /** Computes an epoch until no row is found at fault, each time without those that were, and commits it. */
  #turn(epoch: Epoch): MaybePromise<void> {
    for (;;) {
      const computed = this.#compute(epoch);
      if (isPending(computed))
        return computed.then((later) => {
          if (!epoch.spoilt) return this.#settle(later);
          this.#takeBack(epoch);
          return this.#turn(epoch);
        });
      if (!epoch.spoilt) return this.#settle(computed);
      this.#takeBack(epoch);
    }
  }

  #takeBack(epoch: Epoch): void {
    forgiveFollowers(epoch, this.#faultsBefore);
    for (const state of this.#pipeline.states) state.rollback();
  }

  /** Computes an epoch without the rows that are at fault so far. */
  #compute(epoch: Epoch): MaybePromise<Computed> {
    epoch.spoilt = false;
    epoch.applied.fill(0, 0, epoch.endSeq - epoch.firstSeq);
    if (epoch.wroteFor.size > 0) epoch.wroteFor.clear();
    this.#faultsBefore = epoch.faults.size;
    for (const buffer of this.#read.values()) buffer.clear();
    for (const { source, firstSeq, batch } of epoch.parts) {
      const into = this.#read.get(source) as AppendBuffer;
      for (let i = 0; i < batch.n; i++) {
        const row = batch.rows[i];
        if (row == null || (epoch.faults.size > 0 && epoch.faults.has(firstSeq + i))) continue;
        into.add(row, firstSeq + i);
      }
    }
    return this.#pipeline.compute(epoch, this.#read);
  }

  /** Seals what was computed, and hands it over to be written. */
  #settle(computed: Computed): MaybePromise<void> {
    const rejected = rejectedRows(computed.epoch);
    if (rejected.length > 0) {
      this.#checkQuarantine(rejected);
      const told = this.#options.onQuarantine?.(rejected);
      if (told !== undefined) return told.then(() => this.#seal(computed, rejected));
    }
    this.#seal(computed, rejected);
  }

  #seal(computed: Computed, rejected: readonly QuarantinedRow[]): void {
    const { epoch, effects } = computed;
    const { number, clock, firstSeq, endSeq } = epoch;
    this.#counts.add(epoch, effects);
    const counts = this.#counts.now;
    const record = this.#checkpointer?.record(computed, this.#counts.ofState(counts), rejected);
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
      record,
    };
    for (const state of this.#pipeline.states) state.commit(epoch);
    this.#epoch = number;
    this.#queue.push(sealed);
  }

  #tell({ number, clock, rows, quarantined, told }: SealedEpoch): void {
    for (const set of told) if (set.changes.length > 0) this.#outputs.get(set.table)?.next(set);
    this.#options.onEpoch?.({ epoch: number, clock, rows, quarantined });
  }

  #checkQuarantine(rejected: readonly QuarantinedRow[]): void {
    const { maxQuarantined = Number.POSITIVE_INFINITY } = this.#options;
    const count = this.#counts.quarantined + rejected.length;
    if (count <= maxQuarantined) return;
    const first = rejected[0] as QuarantinedRow;
    const where = `${first.source}${first.file === undefined ? '' : ` ${first.file}`} at ${first.offset}`;
    throw failed(
      `${count} rows are quarantined, more than --max-quarantined ${maxQuarantined}. The epoch was not committed. Its first: ${where}: ${first.reason}. Mend the rows, or raise the limit.`,
    );
  }

  #onOvertaken(epoch: number, table: string, n: number): void {
    this.#counts.addOvertaken(table, n);
    this.#options.log?.(
      `epoch ${epoch}: ${table}: ${n} rows were changed by another writer since they were read; theirs stand`,
    );
  }
}
