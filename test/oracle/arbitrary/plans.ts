import fc from 'fast-check';
import { columnsOf } from '../../../src/plan/derive/columns.ts';
import { upsertKeyOf } from '../../../src/plan/derive/upsert-key.ts';
import type { Expression } from '../../../src/plan/expression.ts';
import type { IntoNode, JobPlan, Relation, SourceNode } from '../../../src/plan/node.ts';
import type { Column, TableSchema } from '../../../src/plan/schema.ts';
import {
  aggregate,
  cast,
  filter,
  firstValue,
  group,
  into,
  job,
  lastValue,
  lookup,
  project,
  source,
  table,
} from '../../plan/build.ts';
import type { SqlType } from '../types.ts';
import { Choices } from './choices.ts';
import { anyExpression, anyTest, expressionOf, type Place } from './expressions.ts';

const HOUR = 3_600_000;

/** The source of all random plans. `g` counts on: a key that holds it does not come back. */
const eventSource = (): SourceNode =>
  source('event', {
    id: 'BIGINT!',
    k: 'VARCHAR!',
    g: 'BIGINT!',
    a: 'BIGINT',
    b: 'VARCHAR',
    n: 'VARCHAR',
    x: 'DOUBLE',
    d: 'DECIMAL(10,2)',
    s: 'TIMESTAMP(3)',
    f: 'BOOLEAN',
    big: 'BIGINT(bigint)',
  });

/** The same events as changes of rows. */
const keyedSource = (): SourceNode => {
  const { source: schema, ...node } = eventSource();
  return { ...node, source: { ...schema, primaryKey: KEY } };
};

/** Looked up, and written by nobody. */
const note = (): TableSchema =>
  table('note', { key: 'VARCHAR!', note: 'VARCHAR', weight: 'DECIMAL(10,2)' }, 'key');
/** Looked up and written back. */
const account = (): TableSchema =>
  table('account', { owner: 'BIGINT!', balance: 'BIGINT', remark: 'VARCHAR' }, 'owner');

/**
 * Starts the name of a column whose texts are made of several rows, and may be longer than a key of a table: a job that
 * meets such a key stops, rightly.
 */
const FREE = 'free';
const isFree = ({ name, type }: Column): boolean => type === 'VARCHAR' && name.startsWith(FREE);

/** A relation under construction, and what holds for expressions over it. */
interface Made {
  readonly node: Relation;
  /** Rows are never taken back. */
  readonly append: boolean;
  /** Every row is one source row, and what throws over it is found before the first keyed operator. */
  readonly single: boolean;
}

interface PlanOptions {
  /** Every key holds `g`, and every operator that keeps rows lets them go after two hours. */
  readonly windows: boolean;
  /** The source is keyed by `KEY`. */
  readonly keyed?: boolean;
}

/** The primary key of a keyed source. */
const KEY: readonly string[] = ['id', 'k'];

/** Random jobs over `eventSource`: filters, projections, winners, aggregates and lookups in any order, one to three outputs. */
export function plans({ windows, keyed = false }: PlanOptions): fc.Arbitrary<JobPlan> {
  const decisions = fc.array(fc.nat({ max: 1 << 20 }), { minLength: 90, maxLength: 90 });
  return decisions.map((numbers) => new PlanMaker(new Choices(numbers), windows, keyed).plan());
}

class PlanMaker {
  readonly #choices: Choices;
  readonly #windows: boolean;
  readonly #keyed: boolean;
  #names = 0;

  constructor(choices: Choices, windows: boolean, keyed: boolean) {
    this.#choices = choices;
    this.#windows = windows;
    this.#keyed = keyed;
  }

  plan(): JobPlan {
    const choices = this.#choices;
    const made: Made[] = [
      this.#keyed
        ? { node: lastValue(keyedSource(), KEY), append: false, single: true }
        : { node: eventSource(), append: true, single: true },
    ];
    const outputs: IntoNode[] = [];
    if (!this.#windows && !this.#keyed && choices.once(4)) outputs.push(this.#writeBack(made));
    const wanted = 1 + choices.upTo(2);
    for (let i = 0; i < wanted; i++) {
      let current = choices.pick(made);
      for (let steps = choices.upTo(4); steps > 0; steps--) {
        current = this.#step(current);
        made.push(current);
      }
      outputs.push(this.#output(current, `out${i}`));
    }
    return job(...outputs);
  }

  #place({ node, append, single }: Made): Place {
    return { columns: columnsOf(node), mayThrow: single, mayReadClock: append };
  }

  /** A new name; of a column that may not be a key of a table it says so. */
  #fresh(free = false): string {
    this.#names += 1;
    return `${free ? FREE : 'c'}${this.#names}`;
  }

  /** A lookup whose table is written with what comes of it; the joined rows are there for other outputs too. */
  #writeBack(made: Made[]): IntoNode {
    const choices = this.#choices;
    let current = made[0] as Made;
    if (choices.once(2)) current = this.#filtered(current);
    const written = account();
    const looked: Made = {
      ...current,
      node: lookup(current.node, written, { owner: 'id' }, choices.pick(['drop', 'null'])),
    };
    made.push(looked);
    const kept = choices.once(3) ? this.#filtered(looked) : looked;
    const place = { ...this.#place(kept), mayReadClock: false };
    const row = project(lastValue(kept.node, ['id']), {
      owner: 'id',
      balance: choices.once(4) ? cast('n', 'BIGINT') : expressionOf('BIGINT', choices, place, 2),
      remark: expressionOf('VARCHAR', choices, place, 2),
    });
    return into(row, written);
  }

  #step(current: Made): Made {
    const steps = [
      () => this.#winner(current),
      () => this.#aggregated(current),
      () => this.#filtered(current),
      () => this.#projected(current),
      () => this.#narrowed(current),
      () => this.#lookedUp(current),
    ];
    return this.#choices.pick(steps)();
  }

  #filtered(current: Made): Made {
    return { ...current, node: filter(current.node, anyTest(this.#choices, this.#place(current))) };
  }

  /** All columns and one more. */
  #projected(current: Made): Made {
    const names = columnsOf(current.node).map(({ name }) => name);
    const made = { [this.#fresh(!current.single)]: anyExpression(this.#choices, this.#place(current)) };
    return { ...current, node: project(current.node, ...names, made) };
  }

  /** Some columns, one of them under a new name: a key may get lost. */
  #narrowed(current: Made): Made {
    const names = columnsOf(current.node).map(({ name }) => name);
    const kept = new Set(this.#choices.some(names));
    if (this.#windows) kept.add('g');
    const renamed = this.#choices.pick([...kept]);
    const fields = [...kept].map((name) =>
      name === renamed && name !== 'g' ? { [this.#fresh(name.startsWith(FREE))]: name } : name,
    );
    return { ...current, node: project(current.node, ...fields) };
  }

  #lookedUp(current: Made): Made {
    const columns = columnsOf(current.node);
    const texts = columns.filter(({ type }) => type === 'VARCHAR').map(({ name }) => name);
    const taken = columns.some(({ name }) => name === 'note' || name === 'weight');
    if (texts.length === 0 || taken) return this.#winner(current);
    const node = lookup(
      current.node,
      note(),
      { key: this.#choices.pick(texts) },
      this.#choices.pick(['drop', 'null']),
    );
    return { ...current, node, single: current.append };
  }

  #keys(columns: readonly Column[], most: number): readonly string[] {
    const choices = this.#choices;
    const names = columns.map(({ name }) => name);
    const keys = new Set<string>(this.#windows ? ['g'] : []);
    for (let n = choices.upTo(most - 1); n >= 0; n--) keys.add(choices.pick(names));
    return [...keys];
  }

  #winner(current: Made, among = columnsOf(current.node)): Made {
    const choices = this.#choices;
    const ordered = columnsOf(current.node).filter(({ type }) => type !== 'BOOLEAN');
    const keys = this.#keys(among, 2);
    const below = upsertKeyOf(current.node);
    // Of one row it picks all columns: the planner does away with it, and judges what is above row by row.
    const isIdle = typeof below !== 'string' && below.every((key) => keys.includes(key));
    const ignoreNulls = choices.once(4) && !isIdle;
    const options = {
      ...(ordered.length > 0 && choices.once(3) ? { by: choices.pick(ordered).name } : {}),
      ...(this.#windows ? { ttl: 2 * HOUR } : {}),
      ignoreNulls,
    };
    const make = choices.pick([lastValue, lastValue, firstValue]);
    return {
      node: make(current.node, keys, options),
      append: false,
      single: current.single && !ignoreNulls,
    };
  }

  #aggregated(current: Made, among?: readonly Column[]): Made {
    const choices = this.#choices;
    const columns = columnsOf(current.node);
    const keys =
      among === undefined && !this.#windows && choices.once(5) ? [] : this.#keys(among ?? columns, 2);
    const calls = Object.fromEntries(
      Array.from({ length: 1 + choices.upTo(2) }, () => [this.#fresh(true), this.#call(current)]),
    );
    return {
      node: group(current.node, keys, calls, this.#windows ? 2 * HOUR : null),
      append: false,
      single: false,
    };
  }

  #call(current: Made): ReturnType<typeof aggregate> {
    const choices = this.#choices;
    const place = { ...this.#place(current), mayReadClock: false };
    const where = choices.once(4) ? anyTest(choices, place) : null;
    const name = choices.pick(['count', 'sum', 'countDistinct', 'min', 'max', 'avg'] as const);
    if (name === 'count') return aggregate(name, null, where);
    if (name === 'countDistinct') return aggregate(name, anyExpression(choices, place, 1), where);
    return aggregate(name, this.#argument(name === 'sum' || name === 'avg', place), where);
  }

  #argument(numeric: boolean, place: Place): Expression {
    const choices = this.#choices;
    const wanted: readonly SqlType[] = numeric
      ? ['BIGINT', 'DOUBLE', 'DECIMAL(10,2)']
      : ['BIGINT', 'VARCHAR', 'DOUBLE', 'DECIMAL(10,2)', 'TIMESTAMP(3)', 'BIGINT(bigint)'];
    return expressionOf(choices.pick(wanted), choices, place, 1);
  }

  /** Into a table of its own, around its key; where there is none a winner or an aggregate makes one. */
  #output(current: Made, name: string): IntoNode {
    const choices = this.#choices;
    const keyed = keyOf(current);
    const ready = keyed === undefined || choices.once(3) ? this.#withKey(current) : current;
    const key = keyOf(ready) as readonly string[];
    const columns = columnsOf(ready.node);
    const others = columns.filter((column) => isFirm(column) && !key.includes(column.name));
    const wider = others.length > 0 && choices.once(3) ? [...key, choices.pick(others).name] : key;
    const types = columns.map(
      (column) => [column.name, `${column.type}${column.nullable ? '' : '!'}`] as const,
    );
    return into(ready.node, table(name, Object.fromEntries(types), ...wider));
  }

  #withKey(current: Made): Made {
    const firm = columnsOf(current.node).filter(isFirm);
    if (firm.length > 0)
      return this.#choices.once(2) ? this.#aggregated(current, firm) : this.#winner(current, firm);
    return {
      node: group(current.node, [], { [this.#fresh()]: aggregate('count') }),
      append: false,
      single: false,
    };
  }
}

/** Can a column be a key of a table? */
const isFirm = (column: Column): boolean => !column.nullable && !isFree(column);

/** The primary key that a relation could have as it is. */
function keyOf({ node }: Made): readonly string[] | undefined {
  const key = upsertKeyOf(node);
  const columns = columnsOf(node);
  const firm = (name: string) => columns.some((column) => column.name === name && isFirm(column));
  if (typeof key === 'string' || !key.every(firm)) return undefined;
  if (key.length > 0) return key;
  const one = columns.find(isFirm);
  return one === undefined ? undefined : [one.name];
}

const maybe = <T>(...values: readonly T[]): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: fc.constant(null) });

/** Rows for `eventSource`, as programs give them. */
export const eventRow: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc.record({
  id: fc.constantFrom(1, 2, 3),
  k: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom('a', 'b', 'A', '') },
    { weight: 1, arbitrary: fc.constantFrom('y'.repeat(255), 'z'.repeat(256)) },
  ),
  g: fc.constant(0),
  a: maybe(0, -0, 1, -2, 5),
  b: maybe('a', 'b', '', 'bad', 'b%'),
  n: maybe('1', '1.0', ' 2.5', '1e2', '-3', 'x', ''),
  x: maybe(0.1, 0.2, 0.3, -0.3, -0, 0, 1e300, 5e-324),
  d: maybe('0.00', '0.01', '-1.50', '99999999.99'),
  s: maybe(0, 1_736_899_200_000, 1_736_956_800_000, Date.parse('9999-12-31T23:30:00Z')),
  f: maybe(true, false),
  big: maybe(0n, -5n, 2n ** 62n),
});
