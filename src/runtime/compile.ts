import {
  type Connectable,
  concatMap,
  connectable,
  from,
  map,
  type Observable,
  type Observer,
  of,
  Subject,
  zip,
} from 'rxjs';
import type { Database } from '../connectors/database.ts';
import { isPending, type MaybePromise } from '../maybe-promise.ts';
import { changeModeOf } from '../plan/derive/change-mode.ts';
import { columnsOf } from '../plan/derive/columns.ts';
import { needsArrival } from '../plan/derive/needs-arrival.ts';
import type { IntoNode, JobPlan, LookupNode, Op, ProjectNode, Relation } from '../plan/node.ts';
import { keptColumns } from '../plan/rewrite/kept-columns.ts';
import { consumersOf, relationsOf } from '../plan/walk.ts';
import { Answers } from './answers.ts';
import { AppendBuffer } from './append-buffer.ts';
import type { Batch } from './batch.ts';
import { ChangeBuffer } from './change-buffer.ts';
import type { Compiling } from './compiling.ts';
import type { Making } from './debug/making.ts';
import type { Epoch } from './epoch.ts';
import type { Environment } from './expressions/environment.ts';
import { intakeOf } from './intake.ts';
import type { Operator, Stateful } from './operator.ts';
import { AggregateOperator } from './operators/aggregate.ts';
import { filterOperator } from './operators/filter.ts';
import { type Effect, intoTable } from './operators/into.ts';
import { lastValueOperator } from './operators/last-value.ts';
import { LookupOperator } from './operators/lookup.ts';
import { projectOperator } from './operators/project.ts';
import { upsertOperator } from './operators/upsert.ts';
import { compileWriteBack, writeBacksOf } from './write-back.ts';

/** What an edge carries: the batch of an epoch, and the epoch. */
interface Carried {
  readonly epoch: Epoch;
  readonly batch: Batch;
}

/** What an epoch comes to: its effect on each output's table, in order of the outputs. */
export interface Computed {
  readonly epoch: Epoch;
  readonly effects: readonly Effect[];
}

/** A plan at work. */
export interface Pipeline {
  /**
   * What an epoch comes to, from the rows of each source: every source gives a batch, perhaps an empty one. At once, unless
   * a look-up waits; one epoch at a time. Throws, or rejects, with what stops the job.
   */
  compute(epoch: Epoch, rows: ReadonlyMap<string, Batch>): MaybePromise<Computed>;
  /**
   * After a restart, when the parts of all states are restored: makes again what no checkpoint keeps. `epoch` is one without rows that stands
   * for all before.
   * @param outputs tables that are to be written anew: the answer holds all their rows, and nothing of the others
   */
  recall(epoch: Epoch, outputs?: ReadonlySet<IntoNode>): Computed;
  /** In plan order. */
  readonly states: readonly OperatorState[];
}

/** What an operator of the plan keeps. */
export interface OperatorState extends Stateful {
  readonly node: Relation;
}

const makers: {
  readonly [K in Exclude<Op, 'source'>]: (
    node: Extract<Relation, { op: K }>,
    compiling: Compiling,
  ) => Operator;
} = {
  filter: filterOperator,
  project: projectOperator,
  lastValue: lastValueOperator,
  firstValue: lastValueOperator,
  aggregate: (node, compiling) => new AggregateOperator(node, compiling),
  lookup: (node, compiling) => new LookupOperator(node, compiling),
  upsert: upsertOperator,
};

/** What a pipeline works with. */
export interface Surroundings {
  readonly environment: Environment;
  /** By catalog name of the table. */
  readonly databases: Readonly<Record<string, Pick<Database, 'lookup'>>>;
  /** Ends look-ups that wait. */
  readonly signal: AbortSignal;
  /** Stands beside, to note or check what is made. */
  readonly making?: Making;
}

/** Turns a plan into operators joined by Observables, one batch per edge and epoch. */
export function compile(
  plan: JobPlan,
  { environment, databases, signal, making = {} }: Surroundings,
): Pipeline {
  const part = making.part ?? ((_node, _part, make) => make());
  const ordered = needsArrival(plan);
  const consumers = consumersOf(plan);
  const writeBacks = writeBacksOf(plan);
  const writeBackFunctions = new Map(
    writeBacks.map((path) => [
      path.lookup as Relation,
      part(path.lookup, 'write-back', () => compileWriteBack(path, environment)),
    ]),
  );
  const answers = new Map<LookupNode, Answers>();
  const answersOf = (lookup: LookupNode): Answers => {
    const known = answers.get(lookup) ?? new Answers(lookup, columnsOf(lookup.input));
    answers.set(lookup, known);
    return known;
  };
  const compiling: Compiling = {
    environment,
    columnsOf,
    arrivalCounts: (node) => ordered.has(node),
    retracts: (node) => changeModeOf(node) !== 'append',
    intakeOf: (node) => intakeOf(node, consumers, environment),
    databaseOf: (table) => databases[table.name] as Pick<Database, 'lookup'>,
    answersOf,
    writeBackOf: (lookup) => writeBackFunctions.get(lookup),
    signal,
  };

  const sources = new Map<string, Subject<Carried>>();
  const edges = new Map<Relation, Observable<Carried>>();
  const shared: Connectable<Carried>[] = [];
  const states: OperatorState[] = [];
  let recalling = false;
  let recalled: ReadonlySet<IntoNode> = new Set();
  for (const node of relationsOf(plan)) {
    let edge: Observable<Carried>;
    if (node.op === 'source') {
      const subject = sources.get(node.source.name) ?? new Subject<Carried>();
      sources.set(node.source.name, subject);
      edge = subject;
    } else if (isGivenByDecoder(plan, node)) {
      edge = edges.get(node.input) as Observable<Carried>;
    } else {
      const made = part(node, 'operator', () => makeOperator(node, compiling));
      const operator = making.operator?.(made) ?? made;
      const { state } = operator;
      if (state !== null)
        states.push({
          node,
          parts: state.parts,
          get expired() {
            return state.expired;
          },
          rollback: () => state.rollback(),
          commit: (epoch) => state.commit(epoch),
        });
      edge = operated(edges.get(node.input) as Observable<Carried>, operator, () => recalling);
      if ((consumers.get(node)?.length ?? 0) > 1) {
        const fanOut = connectable(edge, { connector: () => new Subject() });
        shared.push(fanOut);
        edge = fanOut;
      }
    }
    edges.set(node, edge);
  }

  const outputs = plan.outputs.map((output) => {
    const lookup = writeBacks.find((path) => path.output === output)?.lookup;
    const made = part(output, 'output', () => intoTable(output, lookup && answersOf(lookup)));
    const into = making.into?.(made) ?? made;
    const edge = edges.get(output.input) as Observable<Carried>;
    return edge.pipe(
      map(({ epoch, batch }) => ({
        epoch,
        effect: into(recalling && !recalled.has(output) ? UNCHANGED : batch, epoch),
      })),
    );
  });
  const answer = new Answer();
  all(outputs).subscribe(answer);
  // The last made first: each is subscribed to by those above it before it is connected to those below.
  for (const edge of shared.reverse()) edge.connect();
  return {
    states,
    compute(epoch, rows) {
      for (const [name, subject] of sources) subject.next({ epoch, batch: rows.get(name) as Batch });
      return answer.take();
    },
    recall(epoch, outputs = new Set()) {
      recalling = true;
      recalled = outputs;
      for (const subject of sources.values()) subject.next({ epoch, batch: NOTHING });
      recalling = false;
      // Nothing is looked up: it is there.
      return answer.take() as Computed;
    },
  };
}

/** Of an append-only relation no row is ever taken back: none needs to be recalled. */
const NOTHING: Batch = new AppendBuffer();
/** Tables hold what is recalled. */
const UNCHANGED: Batch = new ChangeBuffer();

/** One effect per output. */
interface Ended {
  readonly epoch: Epoch;
  readonly effect: Effect;
}

/** The effects of each epoch, together. */
function all(outputs: readonly Observable<Ended>[]): Observable<Computed> {
  const [only] = outputs;
  if (only !== undefined && outputs.length === 1)
    return only.pipe(map(({ epoch, effect }) => ({ epoch, effects: [effect] })));
  return zip([...outputs]).pipe(
    map((ended) => ({ epoch: (ended[0] as Ended).epoch, effects: ended.map(({ effect }) => effect) })),
  );
}

/** The end of a pipeline: takes one answer at a time out of it, whether it comes before it is asked for or after. */
class Answer implements Observer<Computed> {
  #arrived: Computed | undefined;
  #failure: { readonly error: unknown } | undefined;
  #waiting:
    | { readonly resolve: (computed: Computed) => void; readonly reject: (error: unknown) => void }
    | undefined;

  take(): MaybePromise<Computed> {
    if (this.#failure !== undefined) throw this.#failure.error;
    const arrived = this.#arrived;
    this.#arrived = undefined;
    if (arrived !== undefined) return arrived;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  next(computed: Computed): void {
    if (this.#waiting === undefined) this.#arrived = computed;
    else this.#waiting.resolve(computed);
    this.#waiting = undefined;
  }

  error(error: unknown): void {
    this.#failure = { error };
    this.#waiting?.reject(error);
  }

  complete(): void {}
}

/** A pick above a source whose rows carry just those columns has nothing to do. */
function isGivenByDecoder(plan: JobPlan, node: Relation): node is ProjectNode {
  if (node.op !== 'project' || node.input.op !== 'source') return false;
  const kept = keptColumns(plan, node.input.source);
  return (
    node.fields.length === kept.length &&
    node.fields.every(([name, value], i) => name === kept[i] && value.op === 'column' && value.name === name)
  );
}

function makeOperator(node: Exclude<Relation, { op: 'source' }>, compiling: Compiling): Operator {
  const make = makers[node.op] as (node: Relation, compiling: Compiling) => Operator;
  return make(node, compiling);
}

function operated(
  input: Observable<Carried>,
  operator: Operator,
  recalling: () => boolean,
): Observable<Carried> {
  const apply = (batch: Batch, epoch: Epoch) =>
    recalling() && operator.recall !== undefined
      ? operator.recall(batch, epoch)
      : operator.apply(batch, epoch);
  if (operator.node.op !== 'lookup')
    return input.pipe(map(({ epoch, batch }) => ({ epoch, batch: apply(batch, epoch) as Batch })));
  return input.pipe(
    concatMap(({ epoch, batch }) => {
      const output = apply(batch, epoch);
      return isPending(output)
        ? from(output).pipe(map((made) => ({ epoch, batch: made })))
        : of({ epoch, batch: output });
    }),
  );
}
