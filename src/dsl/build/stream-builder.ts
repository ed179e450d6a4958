import { wrong } from '../../errors.ts';
import { columnsOf } from '../../plan/derive/columns.ts';
import { nearest } from '../../plan/nearest.ts';
import type { Fields, Relation } from '../../plan/node.ts';
import type { TableSchema } from '../../plan/schema.ts';
import { show } from '../../values/show.ts';
import type { Output } from '../stream.ts';
import type { CatalogData } from './catalog-data.ts';
import { columnName, columnsArgument, isMembers, optionsOf } from './check.ts';
import { frozen } from './frozen.ts';
import { aggregateNode, GroupedBuilder } from './grouped-builder.ts';
import { isPlain, keyParts } from './key-parts.ts';
import { KeyedBuilder } from './keyed-builder.ts';
import { madeOutput } from './output.ts';
import { BuildRow } from './row.ts';
import { site, there } from './site.ts';

/** What a `Stream` is when the program runs: a node of the plan, and calls that put another one on top of it. */
export class StreamBuilder {
  readonly #node: Relation;
  readonly #catalog: CatalogData;

  constructor(node: Relation, catalog: CatalogData) {
    this.#node = frozen(node);
    this.#catalog = catalog;
    Object.freeze(this);
  }

  get #row(): BuildRow {
    return new BuildRow(columnsOf(this.#node));
  }
  readonly #on = (node: Relation): StreamBuilder => new StreamBuilder(node, this.#catalog);

  #project(fields: Fields): StreamBuilder {
    if (fields.length === 0) throw wrong(there(site(), 'a row without columns is left: name at least one'));
    return this.#on({ op: 'project', at: site(), input: this.#node, fields });
  }

  filter(test: unknown): StreamBuilder {
    const { expression } = this.#row.test('filter', test);
    return this.#on({ op: 'filter', at: site(), input: this.#node, test: expression });
  }

  pick(...columns: unknown[]): StreamBuilder {
    const row = this.#row;
    const picked = columns.map((name) => [name as string, row.column(name).expression] as const);
    return this.#project([...new Map(picked)]);
  }

  omit(...columns: unknown[]): StreamBuilder {
    const row = this.#row;
    for (const name of columns) row.column(name);
    return this.#project(carried(row, (name) => !columns.includes(name)));
  }

  rename(columns: unknown): StreamBuilder {
    const row = this.#row;
    const renamed = columnsArgument('rename', columns).map(
      ([name, old]) => [name, old as string, row.column(old).expression] as const,
    );
    const gone = new Set(renamed.map(([, old]) => old));
    for (const [name] of renamed) {
      if (row.names.includes(name) && !gone.has(name)) {
        throw wrong(there(site(), `there is a column '${name}' already`));
      }
    }
    return this.#project(
      row.names.flatMap((column) =>
        gone.has(column)
          ? renamed.filter(([, old]) => old === column).map(([name, , value]) => [name, value] as const)
          : [[column, row.column(column).expression] as const],
      ),
    );
  }

  prefix(prefix: unknown): StreamBuilder {
    if (typeof prefix !== 'string') throw wrong(there(site(), `prefix wants a text, not ${show(prefix)}`));
    const row = this.#row;
    return this.#project(row.names.map((name) => [columnName(prefix + name), row.column(name).expression]));
  }

  select(columns: unknown): StreamBuilder {
    return this.#project(computed('select', columns, this.#row));
  }

  extend(columns: unknown): StreamBuilder {
    const row = this.#row;
    return this.#project(joined(row, computed('extend', columns, row)));
  }

  keyBy(...parts: unknown[]): KeyedBuilder {
    const row = this.#row;
    const key = keyParts('keyBy', parts, row);
    const input = key.every(isPlain)
      ? this.#node
      : frozen<Relation>({ op: 'project', at: site(), input: this.#node, fields: joined(row, key) });
    return new KeyedBuilder(
      input,
      key.map(([name]) => name),
      this.#on,
    );
  }

  groupBy(...parts: unknown[]): GroupedBuilder {
    const row = this.#row;
    return new GroupedBuilder(this.#node, row, keyParts('groupBy', parts, row), this.#on);
  }

  agg(aggregates: unknown, options?: unknown): StreamBuilder {
    return this.#on(aggregateNode(this.#node, [], this.#row, aggregates, options));
  }

  lookup(name: unknown, on: unknown, options?: unknown): StreamBuilder {
    const table = this.#table('lookup', name);
    const row = this.#row;
    const { miss = 'drop' } = optionsOf('lookup', options, ['miss']);
    if (miss !== 'drop' && miss !== 'null') {
      throw wrong(there(site(), `lookup: miss is 'drop' or 'null', not ${show(miss)}`));
    }
    for (const { name: column } of table.columns) {
      if (row.names.includes(column) && !table.primaryKey.includes(column)) {
        const way = `.rename({ …: '${column}' }) first`;
        throw wrong(there(site(), `${table.name}: this stream has a column '${column}' too: ${way}`));
      }
    }
    return this.#on({
      op: 'lookup',
      at: site(),
      input: this.#node,
      table,
      on: lookupKey(table, on, row),
      miss,
    });
  }

  into(name: unknown, columns?: unknown): Output {
    const table = this.#table('into', name);
    const at = site();
    let input = this.#node;
    if (columns !== undefined) {
      const filled = new Map(computed('into', columns, this.#row));
      const order = [...table.columns.map((column) => column.name), ...filled.keys()];
      const fields = [...new Set(order)].flatMap((column) => {
        const value = filled.get(column);
        return value ? [[column, value] as const] : [];
      });
      input = frozen<Relation>({ op: 'project', at, input, fields });
    }
    return madeOutput({ op: 'into', at, input, table }, this.#catalog);
  }

  #table(call: string, name: unknown): TableSchema {
    const { tables, sources } = this.#catalog;
    const table = tables.find((one) => one.name === name);
    if (table) return table;
    if (sources.some((source) => source.name === name)) {
      throw wrong(there(site(), `${call}: ${show(name)} is a source, not a table`));
    }
    const hint = nearest(
      String(name),
      tables.map((one) => one.name),
    );
    throw wrong(there(site(), `${call}: there is no table ${show(name)} in the catalog${hint}`));
  }
}

const carried = (row: BuildRow, keep: (name: string) => boolean): Fields =>
  row.names.filter(keep).map((name) => [name, row.column(name).expression]);

const computed = (call: string, columns: unknown, row: BuildRow): Fields =>
  columnsArgument(call, columns).map(([name, cell]) => [name, row.cell(`${call} ${name}`, cell).expression]);

/** The row with more columns; one of the same name is replaced where it stands. */
const joined = (row: BuildRow, more: Fields): Fields => [...new Map([...carried(row, () => true), ...more])];

function lookupKey(table: TableSchema, on: unknown, row: BuildRow): readonly (readonly [string, string])[] {
  const { name, primaryKey } = table;
  const refuse = (message: string): never => {
    throw wrong(there(site(), `${name}: ${message}`));
  };
  if (!isMembers(on)) {
    return refuse(`lookup wants its primary key, { ${primaryKey[0]}: '…' }, not ${show(on)}`);
  }
  for (const column of Object.keys(on)) {
    if (!primaryKey.includes(column)) {
      refuse(`'${column}' is no part of the primary key, which is ${primaryKey.join(', ')}`);
    }
  }
  return primaryKey.map((column) => {
    if (on[column] === undefined) refuse(`key column '${column}' is missing`);
    row.column(on[column]);
    return [column, on[column] as string];
  });
}
