import { wrong } from '../../errors.ts';
import { columnsOf } from '../../plan/derive/columns.ts';
import type { AggregateNode, Fields, Relation } from '../../plan/node.ts';
import { aggregateOf } from './aggregate.ts';
import { columnsArgument, optionsOf, ttlOf } from './check.ts';
import { frozen } from './frozen.ts';
import { isPlain, type KeyPart } from './key-parts.ts';
import { BuildRow } from './row.ts';
import { site, there } from './site.ts';
import type { StreamBuilder } from './stream-builder.ts';

/** An aggregate node; `row` is what the aggregates compute from. */
export function aggregateNode(
  input: Relation,
  keys: readonly string[],
  row: BuildRow,
  aggregates: unknown,
  options: unknown,
): AggregateNode {
  const { ttl } = optionsOf('agg', options, ['ttl']);
  const calls = columnsArgument('agg', aggregates).map(([name, call]) => {
    if (keys.includes(name)) throw wrong(there(site(), `'${name}' is a column of the group already`));
    return [name, aggregateOf(call, row)] as const;
  });
  if (keys.length + calls.length === 0) throw wrong(there(site(), 'agg wants at least one aggregate'));
  return { op: 'aggregate', at: site(), input, keys, calls, ttl: ttlOf('agg', ttl) };
}

/** What `Grouped` is when the program runs. */
export class GroupedBuilder {
  readonly #input: Relation;
  readonly #row: BuildRow;
  readonly #keys: readonly string[];
  readonly #on: (node: Relation) => StreamBuilder;

  constructor(
    input: Relation,
    row: BuildRow,
    parts: readonly KeyPart[],
    on: (node: Relation) => StreamBuilder,
  ) {
    this.#keys = parts.map(([name]) => name);
    this.#on = on;
    if (parts.every(isPlain)) {
      this.#input = input;
      this.#row = row;
    } else {
      const names = beside(row, parts);
      const fields: Fields = [
        ...row.names.map((name) => [names.get(name) ?? name, row.column(name).expression] as const),
        ...parts.filter((part) => !isPlain(part)),
      ];
      this.#input = frozen({ op: 'project', at: site(), input, fields });
      this.#row = new BuildRow(columnsOf(this.#input), names);
    }
    Object.freeze(this);
  }

  agg(aggregates: unknown, options?: unknown): StreamBuilder {
    return this.#on(aggregateNode(this.#input, this.#keys, this.#row, aggregates, options));
  }
}

/** The row's columns with their names below the aggregate: a computed part takes the name of a column, which aggregates still see. */
function beside(row: BuildRow, parts: readonly KeyPart[]): ReadonlyMap<string, string> {
  const computed = new Set(parts.filter((part) => !isPlain(part)).map(([name]) => name));
  const taken = new Set([...row.names, ...computed]);
  return new Map(
    row.names.map((name) => {
      if (!computed.has(name)) return [name, name];
      let free = `row_${name}`;
      while (taken.has(free)) free = `row_${free}`;
      taken.add(free);
      return [name, free];
    }),
  );
}
