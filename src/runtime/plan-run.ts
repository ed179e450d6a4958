import { randomUUID } from 'node:crypto';
import { Subject } from 'rxjs';
import type { Database, TableUse } from '../connectors/database.ts';
import type { Source } from '../connectors/source.ts';
import { failed, wrong } from '../errors.ts';
import { isPending, type MaybePromise } from '../maybe-promise.ts';
import { sourcesOf } from '../plan/derive/sources.ts';
import { tablesOf } from '../plan/derive/tables.ts';
import type { JobPlan } from '../plan/node.ts';
import { keptColumns } from '../plan/rewrite/kept-columns.ts';
import { calendar } from '../values/calendar.ts';
import { AppendBuffer } from './append-buffer.ts';
import { Assembler } from './assembler.ts';
import type { ChangeSet } from './change.ts';
import { Committer } from './committer.ts';
import { type Computed, compile, type Pipeline } from './compile.ts';
import { Counts } from './counts.ts';
import { guarded } from './debug/guard.ts';
import { type Epoch, forgiveFollowers } from './epoch.ts';
import { OpenEpochs } from './open-epochs.ts';
import type { QuarantinedRow } from './quarantine.ts';
import { rejectedRows } from './rejected.ts';
import type { Running, StartOptions } from './start.ts';
import type { Summary } from './summary.ts';

/** Milliseconds after which a run lets the process do other work. */
const BREATH = 10;

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
  #committer!: Committer;
  #assembler: Assembler | undefined;
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
    this.#counts = new Counts(
      plan.name,
      sources,
      tables,
      tablesOf(plan).flatMap(({ table, writes, looksUp }) => (writes && looksUp ? [table.name] : [])),
    );
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
      summary: () => this.#counts.summary(),
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
      return this.#counts.summary();
    } catch (error) {
      for (const output of this.#outputs.values()) if (output.observed) output.error(error);
      throw error;
    } finally {
      await Promise.all(this.#sources.map((source) => source.close()));
    }
  }

  async #open(): Promise<void> {
    const { sources, databases, epochRows = 1000, epochMs = 100, rows } = this.#options;
    const opened: Source[] = [];
    this.#sources = opened;
    for (const schema of sourcesOf(this.#plan)) {
      const open = sources[schema.name];
      if (open === undefined) throw wrong(`source '${schema.name}' of job '${this.#plan.name}' is not given`);
      opened.push(await open({ schema, keep: keptColumns(this.#plan, schema) }));
    }
    const uses = tablesOf(this.#plan);
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
    this.#committer = new Committer({
      databases: this.#plan.outputs.map(({ table }) => databases[table.name] as Database),
      signal: this.#abort.signal,
      onOvertaken: (epoch, table, n) => this.#onOvertaken(epoch, table, n),
    });
    this.#assembler = new Assembler(opened, {
      rows: epochRows,
      ms: epochMs,
      limit: rows ?? Number.POSITIVE_INFINITY,
    });
    if (this.#stopped) this.#assembler.stop();
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
    const { fresh = false, clear = false } = this.#options;
    const owner = randomUUID();
    for (const database of this.#databases()) {
      const own = uses.filter(({ table }) => this.#options.databases[table.name] === database);
      await database.prepare(own);
      if (!own.some(({ writes }) => writes)) continue;
      const cleared = clear ? own.filter(({ writes }) => writes).map(({ table }) => table) : [];
      await database.claim({ job: this.#plan.name, owner, fresh, clear: cleared });
    }
  }

  #databases(): readonly Database[] {
    return [
      ...new Set(tablesOf(this.#plan).map(({ table }) => this.#options.databases[table.name] as Database)),
    ];
  }

  /** Epoch after epoch: the rows of one are pulled, computed and committed before the next is asked for. */
  async #work(): Promise<void> {
    const assembler = this.#assembler as Assembler;
    for (;;) {
      const pulled = assembler.next();
      const gathered = isPending(pulled) ? await pulled : pulled;
      if (gathered === null) return;
      const done = this.#turn(this.#epochs.open(gathered, this.#epoch + 1));
      if (isPending(done)) await done;
      // Sources and tables in memory never wait: timers and input of the process have their turn here.
      if (performance.now() - this.#breathed < BREATH) continue;
      await new Promise((resolve) => setImmediate(resolve));
      this.#breathed = performance.now();
    }
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

  /** Commits what was computed. */
  #settle(computed: Computed): MaybePromise<void> {
    const rejected = rejectedRows(computed.epoch);
    if (rejected.length > 0) return this.#settleRejected(computed, rejected);
    const committed = this.#committer.commit(computed);
    return isPending(committed)
      ? committed.then(() => this.#conclude(computed, 0))
      : this.#conclude(computed, 0);
  }

  async #settleRejected(computed: Computed, rejected: readonly QuarantinedRow[]): Promise<void> {
    this.#checkQuarantine(rejected);
    await this.#options.onQuarantine?.(rejected);
    await this.#committer.commit(computed);
    this.#conclude(computed, rejected.length);
  }

  #conclude({ epoch, effects }: Computed, quarantined: number): void {
    const { number, clock, firstSeq, endSeq } = epoch;
    this.#epoch = number;
    const told = effects.flatMap(({ changes: { table }, list }) => {
      const output = this.#outputs.get(table.name);
      return output?.observed
        ? [{ output, changes: { epoch: number, table: table.name, changes: list() } }]
        : [];
    });
    for (const state of this.#pipeline.states) state.commit(epoch);
    this.#counts.add(epoch, effects);
    for (const { output, changes } of told) if (changes.changes.length > 0) output.next(changes);
    this.#options.onEpoch?.({ epoch: number, clock, rows: endSeq - firstSeq, quarantined });
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
