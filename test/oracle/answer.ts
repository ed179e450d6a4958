// A plan's answer by brute force: every relation is a list of rows, computed anew from the whole prefix of the input.
import { columnsOf } from '../../src/plan/derive/columns.ts';
import { expressionType } from '../../src/plan/derive/expression-type.ts';
import type { AggregateNode, FirstValueNode, JobPlan, LastValueNode, Relation } from '../../src/plan/node.ts';
import { aggregated } from './aggregates.ts';
import { edgeOf, evaluate, type Scope } from './evaluate.ts';
import { order } from './functions.ts';
import { intake, joined, lookedUp, tableKey } from './intake.ts';
import { keyText } from './key-text.ts';
import type { Arrived, Row, SqlType, Value } from './types.ts';

/** A row of a relation. Its arrival: that of its source row, or the greatest among the rows that it is made of. */
interface Item {
  readonly row: Row;
  readonly arrival: number;
  /** Of a keyed source: its key's row is gone. */
  readonly deleted?: boolean | undefined;
}

export interface Answer {
  /** By catalog name; values as programs see them. */
  readonly tables: Readonly<Record<string, readonly Row[]>>;
  /** What became of each row. */
  readonly fate: readonly ('applied' | 'filtered' | 'quarantined')[];
}

/**
 * The tables of a job over rows of its one source, in order of arrival.
 * @param tables what looked-up tables hold before the first row
 */
export function answer(
  plan: JobPlan,
  rows: readonly Arrived[],
  tables: Readonly<Record<string, readonly Row[]>> = {},
): Answer {
  const { fate, found, dimensions } = intake(plan, rows, tables);
  const known = new Map<Relation, readonly Item[]>();

  const itemsOf = (node: Relation): readonly Item[] => {
    let items = known.get(node);
    if (items === undefined) {
      items = compute(node);
      known.set(node, items);
    }
    return items;
  };
  const scopeOf = (input: Relation, arrival: number): Scope => ({
    columns: columnsOf(input),
    zone: plan.timeZone,
    clock: rows[arrival]?.clock ?? Number.NaN,
  });
  const compute = (node: Relation): readonly Item[] => {
    switch (node.op) {
      case 'source':
        return rows.flatMap(({ row, deleted }, arrival) =>
          row === null || fate[arrival] === 'quarantined' ? [] : [{ row, arrival, deleted }],
        );
      case 'filter':
        return itemsOf(node.input).filter(
          ({ row, arrival }) => evaluate(node.test, row, scopeOf(node.input, arrival)) === true,
        );
      case 'project':
        return itemsOf(node.input).map(({ row, arrival }) => ({
          row: Object.fromEntries(
            node.fields.map(([name, of]) => [name, evaluate(of, row, scopeOf(node.input, arrival))]),
          ),
          arrival,
        }));
      case 'lookup':
        return itemsOf(node.input).flatMap(({ row, arrival }) => {
          const key = lookedUp(node, row);
          const now = key === undefined ? undefined : dimensions.get(node.table.name)?.get(key);
          const match = isAppend(node.input) ? found.get(node)?.get(arrival) : now;
          return match === undefined && node.miss === 'drop'
            ? []
            : [{ row: joined(node, row, match), arrival }];
        });
      case 'lastValue':
      case 'firstValue':
        return grouped(itemsOf(node.input), node.keys)
          .map((items) => winner(node, items))
          .filter(({ deleted }) => !deleted);
      case 'upsert':
        throw new Error('upsert is the planner’s: give the plan as the job makes it');
      case 'aggregate':
        return grouped(itemsOf(node.input), node.keys).map((items) => aggregate(node, items, scopeOf));
    }
  };

  const outputs = plan.outputs.map(({ table, input }): [string, readonly Row[]] => {
    const written = itemsOf(input).map(({ row }) => row);
    const dimension = dimensions.get(table.name);
    const held = new Map((tables[table.name] ?? []).map((row) => [tableKey(table, row), row]));
    for (const row of written) held.set(tableKey(table, row), row);
    const content = [...(dimension ?? held).values()];
    return [
      table.name,
      content.map((row) =>
        Object.fromEntries(table.columns.map(({ name, type }) => [name, edgeOf(row[name] as Value, type)])),
      ),
    ];
  });
  return { tables: Object.fromEntries(outputs), fate };
}

function isAppend(node: Relation): boolean {
  if (node.op === 'source') return true;
  return (node.op === 'filter' || node.op === 'project' || node.op === 'lookup') && isAppend(node.input);
}

/** Items by key, in order of arrival. Without keys: one group, none of no items. */
function grouped(items: readonly Item[], keys: readonly string[]): readonly (readonly Item[])[] {
  const groups = new Map<string, Item[]>();
  for (const item of [...items].sort((a, b) => a.arrival - b.arrival)) {
    const key = keyText(keys.map((name) => item.row[name] as Value));
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()];
}

const latest = (items: readonly Item[]): number => Math.max(...items.map(({ arrival }) => arrival));

function winner(node: LastValueNode | FirstValueNode, items: readonly Item[]): Item {
  const { by } = node;
  const type = columnsOf(node).find(({ name }) => name === by)?.type ?? 'VARCHAR';
  const first = (candidates: readonly Item[]): Item =>
    candidates.reduce((best, item) => (beats(item, best) ? item : best));
  const beats = (item: Item, best: Item): boolean => {
    const sign = node.op === 'lastValue' ? 1 : -1;
    const [x, y] = by === null ? [null, null] : [item.row[by] as Value, best.row[by] as Value];
    if (x !== null && y !== null) {
      const found = order([x, type], [y, type]);
      if (found !== 0) return found * sign > 0;
    } else if (x !== y) return y === null;
    return (item.arrival - best.arrival) * sign > 0;
  };
  if (!node.ignoreNulls) return first(items);
  const parts = columnsOf(node).flatMap(({ name }): [string, Item][] => {
    const candidates = items.filter(({ row }) => row[name] !== null);
    return candidates.length === 0 ? [] : [[name, first(candidates)]];
  });
  const row = Object.fromEntries(columnsOf(node).map(({ name }): [string, Value] => [name, null]));
  for (const [name, item] of parts) row[name] = item.row[name] as Value;
  return { row, arrival: parts.length === 0 ? first(items).arrival : latest(parts.map(([, item]) => item)) };
}

function aggregate(
  node: AggregateNode,
  items: readonly Item[],
  scopeOf: (input: Relation, arrival: number) => Scope,
): Item {
  const [one] = items as [Item];
  const types = new Map(columnsOf(node).map(({ name, type }) => [name, type]));
  const results = node.calls.map(([name, call]): [string, Value] => {
    const { arg, where } = call;
    const counted = items.filter(
      ({ row, arrival }) => where === null || evaluate(where, row, scopeOf(node.input, arrival)) === true,
    );
    const values = counted.map(({ row, arrival }) =>
      arg === null ? null : evaluate(arg, row, scopeOf(node.input, arrival)),
    );
    const to = types.get(name) as SqlType;
    const from = arg === null ? to : expressionType(arg, columnsOf(node.input)).type;
    return [name, aggregated(call.name, values, from, to)];
  });
  return {
    row: {
      ...Object.fromEntries(node.keys.map((key) => [key, one.row[key] as Value])),
      ...Object.fromEntries(results),
    },
    arrival: latest(items),
  };
}
