import { randomUUID } from 'node:crypto';
import { Subject } from 'rxjs';
import type { Claim, Database, TableChanges, TableUse } from '../connectors/database.ts';
import type { Source } from '../connectors/source.ts';
import { failed, refused, wrong } from '../errors.ts';
import { isPending, type MaybePromise } from '../maybe-promise.ts';
import { sourcesOf } from '../plan/derive/sources.ts';
import { tablesOf } from '../plan/derive/tables.ts';
import type { IntoNode, JobPlan } from '../plan/node.ts';
import { keptColumns } from '../plan/rewrite/kept-columns.ts';
import type { TableSchema } from '../plan/schema.ts';
import { stateFingerprintOf } from '../plan/state-identity.ts';
import type { CheckpointLog } from '../state/checkpoint/checkpoint-log.ts';
import { calendar } from '../values/calendar.ts';
import { Assembler } from './assembler.ts';
import type { ChangeSet } from './change.ts';
import { Checkpointer, restoreStates } from './checkpoint/checkpointer.ts';
import { parseHead, type RunHead } from './checkpoint/run-head.ts';
import { stateParts } from './checkpoint/state-parts.ts';
import { CommitQueue } from './commit-queue.ts';
import { Committer } from './committer.ts';
import { type Computed, compile, type OperatorState, type Pipeline } from './compile.ts';
import { EpochComputer } from './compute-epoch.ts';
import { Counts, type CountsAfter } from './counts.ts';
import { guarded } from './debug/guard.ts';
import { heldOperators, type JobEdit, jobEdit } from './edit/job-edit.ts';
import { refuseEdit } from './edit/refuse-edit.ts';
import { replay } from './edit/replay.ts';
import type { Epoch } from './epoch.ts';
import { OpenEpochs } from './open-epochs.ts';
import type { QuarantinedRow } from './quarantine.ts';
import { regaining } from './regaining.ts';
import { rejectedRows } from './rejected.ts';
import type { SealedEpoch } from './sealed-epoch.ts';
import type { Running, StartOptions } from './start.ts';
import type { Summary } from './summary.ts';
import { unlessStopped } from './unless-stopped.ts';

/** Milliseconds after which a run lets the process do other work. */
const BREATH = 10;
/** Epochs that may be computed and not committed yet, where nothing else is said. */
const AHEAD = 16;

/** State and tables of an edited job. */
interface MadeAnew extends Pick<RunHead, 'clock' | 'seq' | 'positions'> {
  readonly content: readonly TableChanges[];
  readonly rejected: readonly QuarantinedRow[];
}

/** A plan at work, from the opening of its sources to their end. */
export class PlanRun {
  readonly #plan: JobPlan;
  readonly #options: StartOptions;
  readonly #environment;
  readonly #outputs: ReadonlyMap<string, Subject<ChangeSet>>;
  readonly #counts: Counts;
  readonly #abort = new AbortController();
  readonly #epochs: OpenEpochs;
  #pipeline!: Pipeline;
  #computer!: EpochComputer;
  /** By fingerprint, each once. */
  #operators: ReadonlyMap<string, OperatorState> = new Map();
  #queue!: CommitQueue;
  #log: CheckpointLog | undefined;
  #checkpointer: Checkpointer | undefined;
  #committer: Committer | undefined;
  #assembler: Assembler | undefined;
  /** Does the job write to a table that it looks up? Then each epoch is computed over the tables of the one before. */
  readonly #writesBack: boolean;
  /** Counts of the epochs that are durable. */
  #counted: CountsAfter;
  #stopped = false;
  #sources: readonly Source[] = [];
  #epoch = 0;
  #breathed = performance.now();

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
    const { databases, epochRows = 1000, epochMs = 100, rows, checkpoints: given } = this.#options;
    const checkpoints = typeof given === 'function' ? await given() : given;
    this.#log = checkpoints;
    const uses = tablesOf(this.#plan);
    for (const { name } of sourcesOf(this.#plan))
      if (this.#options.sources[name] === undefined)
        throw wrong(`source '${name}' of job '${this.#plan.name}' is not given`);
    for (const { table } of uses)
      if (databases[table.name] === undefined)
        throw wrong(`table '${table.name}' of job '${this.#plan.name}' has no database`);
    const { debug = process.env.MILLRACE_DEBUG === '1' } = this.#options;
    this.#pipeline = compile(this.#plan, {
      environment: this.#environment,
      databases: Object.fromEntries(
        Object.entries(databases).map(([name, database]) => [
          name,
          regaining(database, (after) => this.#committer?.regain(database, after)),
        ]),
      ),
      signal: this.#abort.signal,
      making: debug ? guarded : {},
    });
    this.#operators = new Map(this.#pipeline.states.map((state) => [stateFingerprintOf(state.node), state]));
    this.#computer = new EpochComputer(
      this.#pipeline,
      sourcesOf(this.#plan).map(({ name }) => name),
    );
    const last = checkpoints?.last;
    const head = last && parseHead(last.head);
    const edit = checkpoints === undefined || last === undefined ? undefined : this.#edit(checkpoints);
    await this.#unlessStopped(this.#prepare(uses));
    const seq =
      checkpoints !== undefined && head !== undefined && edit !== undefined
        ? await this.#openEdited(checkpoints, head, edit, uses)
        : await this.#openAsBefore(checkpoints, head, uses);
    this.#assembler = new Assembler(
      this.#sources,
      { rows: epochRows, ms: epochMs, limit: rows ?? Number.POSITIVE_INFINITY },
      seq,
    );
    if (this.#stopped) this.#assembler.stop();
  }

  /** What is to be done where the state is not that of the plan, or tables are to be written anew. @throws MillraceError exit 3 where it cannot, or may not yet */
  #edit(log: CheckpointLog): JobEdit | undefined {
    const { rebuild = false } = this.#options;
    const edit = jobEdit(this.#plan, this.#pipeline.states, log.parts, rebuild);
    refuseEdit(this.#plan.name, log.directory, edit, rebuild);
    return edit.changes ? edit : undefined;
  }

  /** @returns the sequence number of the first row */
  async #openAsBefore(
    log: CheckpointLog | undefined,
    head: RunHead | undefined,
    uses: readonly TableUse[],
  ): Promise<number | undefined> {
    if (log !== undefined) {
      await this.#restore(log, head);
      this.#checkpointer = await Checkpointer.open(log, this.#pipeline.states, this.#plan.outputs, head);
      if (head !== undefined) this.#recall(this.#epoch, head);
    }
    await this.#openSources(head);
    await this.#unlessStopped(this.#claim(uses).then((committer) => this.#catchUp(committer)));
    return head?.seq;
  }

  /** Applies again what the tables lack of the state's epochs. */
  async #catchUp(committer: Committer): Promise<void> {
    const again = await committer.catchUp(this.#epoch);
    if (again > 0) this.#options.log?.(`${again} epochs were missing in the tables: they are there now`);
  }

  /** Takes in what a checkpoint keeps. */
  async #restore(log: CheckpointLog, head: RunHead | undefined): Promise<void> {
    const { onRestore = () => {} } = this.#options;
    const { states } = this.#pipeline;
    await restoreStates(log, states, heldOperators(stateParts(states), log.parts), onRestore);
    if (head === undefined || log.last === undefined) return;
    this.#epoch = log.last.epoch;
    this.#counts.continue(head.counts);
    this.#counted = this.#counts.now;
  }

  /** Makes again what no checkpoint keeps. @returns all rows of these outputs */
  #recall(number: number, head: RunHead, outputs?: ReadonlySet<IntoNode>): Computed {
    const past = this.#epochs.past(number, head.clock, head.seq);
    const recalled = this.#pipeline.recall(past, outputs);
    const [fault] = past.faults.values();
    if (fault !== undefined)
      throw refused(
        `a row of the state cannot be applied by the job as it is now: ${fault.reason}. Nothing is changed. Run the job as it was, or mend the edit`,
      );
    for (const state of this.#pipeline.states) state.commit(past);
    return recalled;
  }

  /**
   * Goes on with an edited job: makes its state, and what is in its tables, from what is kept or from the sources' rows; both become an epoch of their own, durable
   * before a table is touched.
   * @returns the sequence number of the first row
   */
  async #openEdited(
    log: CheckpointLog,
    head: RunHead,
    edit: JobEdit,
    uses: readonly TableUse[],
  ): Promise<number> {
    const { states } = this.#pipeline;
    const { log: tell = () => {} } = this.#options;
    const outputs = edit.tables.filter(({ action }) => action === 'rewrite').map(({ output }) => output);
    const rewritten = edit.tables.filter(({ action, added }) => action === 'rewrite' && !added);
    this.#epoch = (log.last as { readonly epoch: number }).epoch;
    const number = this.#epoch + 1;
    const anew = edit.tables.filter(({ action, added }) => action === 'rewrite' || added);
    const claim = this.#claim(uses, new Set(anew.map(({ output }) => output.table)));
    await this.#unlessStopped(claim.then(() => {}));
    const made = edit.replay
      ? await this.#replay(head, number)
      : await this.#recallEdited(log, head, number, new Set(outputs));
    this.#counts.addEmpty();
    const next: RunHead = {
      clock: made.clock,
      seq: made.seq,
      positions: made.positions,
      counts: this.#counts.ofState(this.#counts.now),
      rewritten: rewritten.map(({ output }) => output.table.name),
    };
    const { content, rejected } = made;
    const replaced = { epoch: number, head: next, content, rejected, anew: edit.replay };
    this.#checkpointer = await Checkpointer.replace(log, states, this.#plan.outputs, replaced);
    this.#epoch = number;
    this.#counted = this.#counts.now;
    await this.#unlessStopped((await claim).catchUp(number).then(() => {}));
    if (outputs.length > 0) tell(`written anew: ${outputs.map(({ table }) => table.name).join(', ')}`);
    return made.seq;
  }

  /** The edited job's state and tables from the state; the sources are open where it stands. */
  async #recallEdited(
    log: CheckpointLog,
    head: RunHead,
    number: number,
    outputs: ReadonlySet<IntoNode>,
  ): Promise<MadeAnew> {
    await this.#restore(log, head);
    const { effects } = this.#recall(number, head, outputs);
    await this.#openSources(head);
    const content = effects.map(({ changes }) => changes);
    return { ...head, content, rejected: [] };
  }

  /** The edited job's state and tables from the sources' rows; the sources are open where the state stood. */
  async #replay(head: RunHead, number: number): Promise<MadeAnew> {
    const { epochRows = 1000, onRestore = () => {} } = this.#options;
    await this.#openSources(undefined);
    const past = this.#epochs.past(this.#epoch, head.clock, 0);
    const replayed = await replay({
      sources: this.#sources,
      read: Object.fromEntries(Object.entries(head.counts.sources).map(([name, { read }]) => [name, read])),
      tables: this.#plan.outputs.map(({ table }) => table),
      epochs: this.#epochs,
      computer: this.#computer,
      states: this.#pipeline.states,
      counts: this.#counts,
      epochRows,
      epoch: number,
      progress: onRestore,
      signal: this.#abort.signal,
    });
    this.#counts.stateOf(this.#epoch);
    return { ...replayed, clock: past.clock };
  }

  /** Those that are open when a later one fails are closed with the run. */
  async #openSources(head: RunHead | undefined): Promise<void> {
    const opened: Source[] = [];
    this.#sources = opened;
    for (const schema of sourcesOf(this.#plan)) {
      const open = this.#options.sources[schema.name] as StartOptions['sources'][string];
      const from = head?.positions[schema.name];
      opened.push(await open({ schema, keep: keptColumns(this.#plan, schema), from }));
    }
  }

  #unlessStopped(work: Promise<void>): Promise<void> {
    return unlessStopped(work, this.#abort.signal);
  }

  async #prepare(uses: readonly TableUse[]): Promise<void> {
    for (const database of this.#databases())
      for (const warning of await database.prepare(this.#usesOf(database, uses)))
        this.#options.log?.(warning);
  }

  #usesOf(database: Database, uses: readonly TableUse[]): readonly TableUse[] {
    return uses.filter(({ table }) => this.#options.databases[table.name] === database);
  }

  /**
   * Claims the tables, and makes the queue that writes to them.
   * @param anew tables that are written anew, or for the first time
   */
  async #claim(uses: readonly TableUse[], anew: ReadonlySet<TableSchema> = new Set()): Promise<Committer> {
    const { fresh = false, clear = false, rebase = false } = this.#options;
    const checkpoints = this.#log;
    const committer = new Committer({
      outputs: this.#plan.outputs.map(({ table }) => ({
        table,
        database: this.#options.databases[table.name] as Database,
      })),
      log: checkpoints,
      signal: this.#abort.signal,
      onOvertaken: (epoch, table, n) => this.#onOvertaken(epoch, table, n),
      onRegained: ({ label }, after) =>
        this.#options.log?.(`${label}: it lost what was committed after epoch ${after}: written again`),
    });
    this.#committer = committer;
    const owner = checkpoints?.owner ?? randomUUID();
    for (const database of this.#databases()) {
      const written = this.#usesOf(database, uses).filter(({ writes }) => writes);
      if (written.length === 0) continue;
      const tables = written.map(({ table }) => table);
      const whole = tables.every((table) => anew.has(table));
      const mode: Claim['mode'] = fresh ? 'fresh' : rebase ? 'rebase' : whole ? 'rebuild' : 'continue';
      const claim = {
        job: this.#plan.name,
        owner,
        epoch: this.#epoch,
        mode,
        clear: clear ? tables : [],
      };
      committer.stand(database, await database.claim(claim));
    }
    this.#queue = new CommitQueue({
      committer,
      log: checkpoints,
      onDurable: ({ counts }) => {
        this.#counted = counts;
      },
      onCommitted: (epoch) => this.#tell(epoch),
      onFailure: () => this.#assembler?.stop(),
    });
    return committer;
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

  /** Computes an epoch and commits it. */
  #turn(epoch: Epoch): MaybePromise<void> {
    const computed = this.#computer.compute(epoch);
    return isPending(computed) ? computed.then((later) => this.#settle(later)) : this.#settle(computed);
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
    for (const [fingerprint, state] of this.#operators)
      if (state.expired > 0) this.#counts.addExpired(fingerprint, state.expired);
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
