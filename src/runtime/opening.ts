import type { TableChanges } from '../connectors/database.ts';
import type { Source } from '../connectors/source.ts';
import { MillraceError, refused, wrong } from '../errors.ts';
import { sourcesOf } from '../plan/derive/sources.ts';
import { tablesOf } from '../plan/derive/tables.ts';
import type { IntoNode, JobPlan } from '../plan/node.ts';
import { keptColumns } from '../plan/rewrite/kept-columns.ts';
import type { TableSchema } from '../plan/schema.ts';
import type { CheckpointLog } from '../state/checkpoint/checkpoint-log.ts';
import { Checkpointer, restoreStates } from './checkpoint/checkpointer.ts';
import { parseHead, type RunHead } from './checkpoint/run-head.ts';
import { stateParts } from './checkpoint/state-parts.ts';
import { claimTables, prepareTables } from './claim-tables.ts';
import type { Committer, CommitterParts } from './committer.ts';
import { type Computed, compile, type Pipeline } from './compile.ts';
import type { Counts, CountsAfter } from './counts.ts';
import { guarded } from './debug/guard.ts';
import { heldOperators, type JobEdit, jobEdit } from './edit/job-edit.ts';
import { refuseEdit } from './edit/refuse-edit.ts';
import { replay } from './edit/replay.ts';
import { EpochComputer } from './epoch-computer.ts';
import type { Environment } from './expressions/environment.ts';
import { refuseMore } from './max-quarantined.ts';
import type { OpenEpochs } from './open-epochs.ts';
import type { QuarantinedRow } from './quarantine.ts';
import { regaining } from './regaining.ts';
import type { StartOptions } from './start.ts';
import { unlessStopped } from './unless-stopped.ts';

/** What a run begins with. */
export interface Opened {
  readonly pipeline: Pipeline;
  readonly computer: EpochComputer;
  readonly committer: Committer;
  readonly log: CheckpointLog | undefined;
  readonly checkpointer: Checkpointer | undefined;
  /** The last epoch of the state; 0: it has none. */
  readonly epoch: number;
  /** The sequence number of the first row. */
  readonly seq: number;
}

/** What is opened, and with what. */
export interface OpeningParts extends Pick<CommitterParts, 'signal' | 'onOvertaken'> {
  readonly plan: JobPlan;
  readonly options: StartOptions;
  readonly environment: Environment;
  readonly epochs: OpenEpochs;
  /** Goes on from those of the state. */
  readonly counts: Counts;
  /** Told the counts that stand in the checkpoint. */
  readonly onDurable: (counts: CountsAfter) => void;
}

/** A state that is there, and where it stands. */
interface Known {
  readonly log: CheckpointLog;
  readonly head: RunHead;
  readonly epoch: number;
}

/** State and tables of an edited job. */
interface MadeAnew extends Pick<RunHead, 'clock' | 'seq' | 'positions'> {
  readonly content: readonly TableChanges[];
  readonly rejected: readonly QuarantinedRow[];
}

/** The start of a run: plan, tables, state, sources, fences, and what tables lack of the state. */
export class Opening {
  /** Those that are open, also where a later step fails: the run closes them. */
  sources: readonly Source[] = [];
  readonly #parts: OpeningParts;
  #pipeline!: Pipeline;
  #computer!: EpochComputer;
  #committer: Committer | undefined;

  constructor(parts: OpeningParts) {
    this.#parts = parts;
  }

  async open(): Promise<Opened> {
    const { plan, options, environment, signal } = this.#parts;
    const { databases, checkpoints, rebuild = false, debug = process.env.MILLRACE_DEBUG === '1' } = options;
    this.#refuseMissing();
    const log = typeof checkpoints === 'function' ? await checkpoints() : checkpoints;
    this.#pipeline = compile(plan, {
      environment,
      databases: Object.fromEntries(
        Object.entries(databases).map(([name, database]) => [
          name,
          regaining(database, (after) => this.#committer?.regain(database, after)),
        ]),
      ),
      signal,
      making: debug ? guarded : {},
    });
    this.#computer = new EpochComputer(
      this.#pipeline,
      sourcesOf(plan).map(({ name }) => name),
    );
    const last = log?.last;
    if (log === undefined || last === undefined) return this.#openEmpty(log);
    const known = { log, head: parseHead(last.head), epoch: last.epoch };
    const edited = jobEdit(plan, this.#pipeline.states, log.parts, false);
    const edit = rebuild && !edited.changes ? jobEdit(plan, this.#pipeline.states, log.parts, true) : edited;
    refuseEdit(plan.name, log.directory, edit, rebuild);
    try {
      const written = edit.tables.filter(({ action, added }) => action !== 'rewrite' && !added);
      await this.#prepare(new Set(written.map(({ output }) => output.table)));
      return edit.changes ? await this.#openEdited(known, edit) : await this.#openAsBefore(known);
    } catch (error) {
      throw rebuild && edited.changes ? editedAsWell(error) : error;
    }
  }

  #refuseMissing(): void {
    const { plan, options } = this.#parts;
    for (const { name } of sourcesOf(plan))
      if (options.sources[name] === undefined)
        throw wrong(`source '${name}' of job '${plan.name}' is not given`);
    for (const { table } of tablesOf(plan))
      if (options.databases[table.name] === undefined)
        throw wrong(`table '${table.name}' of job '${plan.name}' has no database`);
  }

  #prepare(expected: ReadonlySet<TableSchema> = new Set()): Promise<void> {
    const { plan, options, signal } = this.#parts;
    return unlessStopped(prepareTables(plan, options, expected), signal);
  }

  /** There is no state yet, or none is kept. */
  async #openEmpty(log: CheckpointLog | undefined): Promise<Opened> {
    await this.#prepare();
    const { states } = this.#pipeline;
    const checkpointer = log && (await Checkpointer.open(log, states, this.#parts.plan.outputs, undefined));
    await this.#openSources(undefined);
    const committer = await this.#claim(log, 0);
    return this.#opened(committer, log, checkpointer, 0, 0);
  }

  async #openAsBefore(known: Known): Promise<Opened> {
    const { log, head, epoch } = known;
    const { plan, options } = this.#parts;
    await this.#restore(known);
    const checkpointer = await Checkpointer.open(log, this.#pipeline.states, plan.outputs, head);
    this.#recall(epoch, head);
    await this.#openSources(head);
    const committer = await this.#claim(log, epoch);
    const again = await this.#catchUp(committer, epoch);
    if (again === 1) options.log?.('1 epoch was missing in the tables: it is there now');
    if (again > 1) options.log?.(`${again} epochs were missing in the tables: they are there now`);
    return this.#opened(committer, log, checkpointer, epoch, head.seq);
  }

  /**
   * Goes on with an edited job: makes its state, and what is in its tables, from what is kept or from the sources' rows; both become an epoch of their own, durable
   * before a table is touched.
   */
  async #openEdited(known: Known, edit: JobEdit): Promise<Opened> {
    const { log, epoch } = known;
    const { plan, options, counts, onDurable } = this.#parts;
    const number = epoch + 1;
    const rewritten = edit.tables.filter(({ action }) => action === 'rewrite');
    const outputs = rewritten.map(({ output }) => output);
    for (const { output, added } of rewritten)
      if (!added) options.databases[output.table.name]?.mayClear?.(output.table);
    const anew = edit.tables.filter(({ action, added }) => action === 'rewrite' || added);
    const committer = await this.#claim(log, epoch, new Set(anew.map(({ output }) => output.table)));
    const { content, rejected, ...made } = edit.replay
      ? await this.#replay(known, number)
      : await this.#recallEdited(known, number, new Set(outputs));
    counts.addEmpty();
    const head: RunHead = {
      ...made,
      counts: counts.ofState(counts.now),
      rewritten: rewritten.filter(({ added }) => !added).map(({ output }) => output.table.name),
    };
    const replaced = { epoch: number, head, content, rejected, anew: edit.replay };
    const checkpointer = await Checkpointer.replace(log, this.#pipeline.states, plan.outputs, replaced);
    onDurable(counts.now);
    await this.#catchUp(committer, number);
    if (outputs.length > 0)
      options.log?.(`written anew: ${outputs.map(({ table }) => table.name).join(', ')}`);
    return this.#opened(committer, log, checkpointer, number, made.seq);
  }

  #opened(
    committer: Committer,
    log: CheckpointLog | undefined,
    checkpointer: Checkpointer | undefined,
    epoch: number,
    seq: number,
  ): Opened {
    return { pipeline: this.#pipeline, computer: this.#computer, committer, log, checkpointer, epoch, seq };
  }

  /** Takes in what a checkpoint keeps. */
  async #restore({ log, head }: Known): Promise<void> {
    const { options, counts, onDurable } = this.#parts;
    const { states } = this.#pipeline;
    const held = heldOperators(stateParts(states), log.parts);
    await restoreStates(log, states, held, options.onRestore ?? (() => {}));
    counts.continue(head.counts);
    onDurable(counts.now);
  }

  /** Makes again what no checkpoint keeps. @returns all rows of these outputs */
  #recall(number: number, head: RunHead, outputs?: ReadonlySet<IntoNode>): Computed {
    const past = this.#parts.epochs.past(number, head.clock, head.seq);
    const recalled = this.#pipeline.recall(past, outputs);
    const [fault] = past.faults.values();
    if (fault !== undefined)
      throw refused(
        `a row of the state cannot be applied by the job as it is now: ${fault.reason}. Nothing is changed. Run the job as it was, or mend the edit`,
      );
    for (const state of this.#pipeline.states) state.commit(past);
    return recalled;
  }

  /** The edited job's state and tables from the state; the sources are open where it stands. */
  async #recallEdited(known: Known, number: number, outputs: ReadonlySet<IntoNode>): Promise<MadeAnew> {
    const { clock, seq, positions } = known.head;
    await this.#restore(known);
    const { effects } = this.#recall(number, known.head, outputs);
    await this.#openSources(known.head);
    return { clock, seq, positions, content: effects.map(({ changes }) => changes), rejected: [] };
  }

  /** The edited job's state and tables from the sources' rows; the sources are open where the state stood. */
  async #replay({ head, epoch }: Known, number: number): Promise<MadeAnew> {
    const { plan, options, epochs, counts, signal } = this.#parts;
    const { epochRows = 1000, onRestore = () => {}, maxQuarantined, onQuarantine } = options;
    await this.#openSources(undefined);
    const { clock } = epochs.past(epoch, head.clock, 0);
    const replayed = await replay({
      sources: this.sources,
      read: Object.fromEntries(Object.entries(head.counts.sources).map(([name, { read }]) => [name, read])),
      tables: plan.outputs.map(({ table }) => table),
      epochs,
      computer: this.#computer,
      states: this.#pipeline.states,
      counts,
      epochRows,
      epoch: number,
      progress: onRestore,
      signal,
    });
    const { rejected } = replayed;
    refuseMore(counts.quarantined, rejected, maxQuarantined);
    if (rejected.length > 0) await onQuarantine?.(rejected);
    counts.stateOf(epoch);
    return { ...replayed, clock };
  }

  async #openSources(head: RunHead | undefined): Promise<void> {
    const { plan, options } = this.#parts;
    const opened: Source[] = [];
    this.sources = opened;
    for (const schema of sourcesOf(plan)) {
      const open = options.sources[schema.name] as StartOptions['sources'][string];
      const from = head?.positions[schema.name];
      opened.push(await open({ schema, keep: keptColumns(plan, schema), from, log: options.log }));
    }
  }

  async #claim(
    log: CheckpointLog | undefined,
    epoch: number,
    anew: ReadonlySet<TableSchema> = new Set(),
  ): Promise<Committer> {
    const { plan, options, signal, onOvertaken } = this.#parts;
    const claim = claimTables({ plan, options, log, epoch, anew }, { signal, onOvertaken });
    this.#committer = await unlessStopped(claim, signal);
    return this.#committer;
  }

  /** Applies again what the tables lack of the state's epochs. @returns how many epochs */
  #catchUp(committer: Committer, epoch: number): Promise<number> {
    return unlessStopped(committer.catchUp(epoch), this.#parts.signal);
  }
}

/** `--rebuild` is asked for already where tables that the edit does not touch are lost. */
function editedAsWell(error: unknown): unknown {
  if (!(error instanceof MillraceError) || !error.message.includes('--rebuild')) return error;
  return refused(
    `${error.message}. The job is edited as well, and --rebuild does what its edit asks for alone: run the job as it was with --rebuild first`,
  );
}
