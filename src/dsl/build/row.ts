import { wrong } from '../../errors.ts';
import { nearest } from '../../plan/nearest.ts';
import type { Column } from '../../plan/schema.ts';
import { show } from '../../values/show.ts';
import { type Made, made, madeOf, named, type RowScope } from './made.ts';
import { testOf } from './methods/test-methods.ts';
import { type Cells, scalarOf } from './scalar.ts';
import { site, there } from './site.ts';
import { asked, toValue } from './value.ts';

/** A row that columns are computed from: what names, functions and callbacks mean over it. */
export class BuildRow implements Cells, RowScope {
  readonly columns: readonly Column[];
  /** The columns that a job can name, with their names in the plan. */
  readonly #visible: ReadonlyMap<string, string>;
  readonly #proxy: object;

  constructor(columns: readonly Column[], visible?: ReadonlyMap<string, string>) {
    this.columns = columns;
    this.#visible = visible ?? new Map(columns.map(({ name }) => [name, name]));
    const values = [...this.#visible.keys()].map((name) => [name, toValue(this.column(name))] as const);
    this.#proxy = new Proxy(Object.freeze(Object.fromEntries(values)), {
      get: (target, name, receiver): unknown =>
        typeof name === 'symbol' || Object.hasOwn(target, name) || asked(name)
          ? Reflect.get(target, name, receiver)
          : this.#inPlan(name),
    });
    Object.freeze(this);
  }

  #inPlan(name: unknown): string {
    const names = this.#visible;
    if (typeof name !== 'string') {
      throw wrong(there(site(), `the name of a column is wanted, not ${show(name)}`));
    }
    const inPlan = names.get(name);
    if (inPlan !== undefined) return inPlan;
    throw wrong(there(site(), `there is no column '${name}'${nearest(name, names.keys())}`));
  }

  /** The names that a job can use. */
  get names(): readonly string[] {
    return [...this.#visible.keys()];
  }

  /** A column by its name. */
  column(name: unknown): Made {
    return made({ op: 'column', name: this.#inPlan(name) }, [], this);
  }

  /** What a callback computes. `what` names the call in messages. */
  #run(what: string, callback: unknown): Made {
    const result: unknown = (callback as (row: object) => unknown)(this.#proxy);
    const computed = madeOf(result);
    if (!computed) {
      const hint = 'a value of the row is wanted, or lit(…) for a constant';
      throw wrong(there(site(), `${what}: the callback gives ${show(result)}: ${hint}`));
    }
    if (computed.row !== null && computed.row !== this) {
      throw wrong(there(site(), `${what}: ${named(computed)} is of another row than the callback's`));
    }
    return computed;
  }

  /** The test that a callback makes. */
  test(what: string, callback: unknown): Made {
    if (typeof callback !== 'function') {
      throw wrong(
        there(site(), `${what} wants a callback over the row, o => o.id.gte(3), not ${show(callback)}`),
      );
    }
    return this.#run(what, (row: never) => {
      const result: unknown = callback(row);
      testOf(what, result);
      return result;
    });
  }

  /** A column as written: a name, a function such as `dayOf('at')`, a callback. */
  cell(what: string, cell: unknown): Made {
    if (typeof cell === 'string') return this.column(cell);
    if (typeof cell === 'function') return this.#run(what, cell);
    const scalar = scalarOf(cell);
    if (scalar) return scalar.make(this);
    const wanted = "the name of a column, a function such as dayOf('…') or a callback";
    throw wrong(there(site(), `${what} wants ${wanted}, not ${show(cell)}`));
  }
}
