// What becomes of single source rows: filtered, quarantined or applied; what they look up and write back.
import { columnsOf } from '../../src/plan/derive/columns.ts';
import type { Expression } from '../../src/plan/expression.ts';
import type { IntoNode, JobPlan, LookupNode, Relation } from '../../src/plan/node.ts';
import type { TableSchema } from '../../src/plan/schema.ts';
import { inputsOf, relationsOf } from '../../src/plan/walk.ts';
import { evaluate } from './evaluate.ts';
import { keyText } from './key-text.ts';
import { type Arrived, Reject, type Row, type Value } from './types.ts';

/** Rows of a table by primary key. */
type Dimension = Map<string, Row>;

export interface Intake {
  readonly fate: readonly ('applied' | 'filtered' | 'quarantined')[];
  /** What each row's lookups found, by node and arrival; absent: nothing. */
  readonly found: ReadonlyMap<LookupNode, ReadonlyMap<number, Row>>;
  /** Dimensions after the last row's writes, by catalog name. */
  readonly dimensions: ReadonlyMap<string, Dimension>;
}

/** The key that a row looks up, as `keyText` of the table's row would be; undefined where a part is NULL. */
export function lookedUp(node: LookupNode, row: Row): string | undefined {
  const near = new Map(node.on);
  const parts = node.table.primaryKey.map((name) => row[near.get(name) as string] as Value);
  return parts.includes(null) ? undefined : keyText(parts);
}

export const tableKey = (table: TableSchema, row: Row): string =>
  keyText(table.primaryKey.map((name) => row[name] as Value));

/** A row joined with what it found. */
export function joined(node: LookupNode, row: Row, found: Row | undefined): Row {
  const far = node.table.columns.filter(({ name }) => !node.table.primaryKey.includes(name));
  return { ...row, ...Object.fromEntries(far.map(({ name }) => [name, found?.[name] ?? null])) };
}

/** Characters that a table takes at most in a column. */
function limitOf(table: TableSchema, name: string): number {
  const column = table.columns.find((own) => own.name === name);
  return column?.length ?? (table.primaryKey.includes(name) ? 255 : Number.POSITIVE_INFINITY);
}

/** Takes the rows one by one, each as if all before it had been committed. */
export function intake(
  plan: JobPlan,
  rows: readonly Arrived[],
  tables: Readonly<Record<string, readonly Row[]>>,
): Intake {
  const nodes: readonly (Relation | IntoNode)[] = [...relationsOf(plan), ...plan.outputs];
  const readersOf = (node: Relation) => nodes.filter((reader) => inputsOf(reader).includes(node));
  const sources = nodes.filter((node) => node.op === 'source');
  const lookups = nodes.filter((node) => node.op === 'lookup');
  const dimensions = new Map(
    lookups.map(({ table }) => [
      table.name,
      new Map((tables[table.name] ?? []).map((row) => [tableKey(table, row), row])),
    ]),
  );
  const found = new Map(lookups.map((node) => [node, new Map<number, Row>()]));

  /** Carries one row through everything above its source. */
  const carry = (arrival: number, { row, clock, deleted }: Arrived): Intake['fate'][number] => {
    if (row === null) return 'quarantined';
    if (deleted) return 'applied';
    let applied = false;
    const writes: [Dimension, string, Row][] = [];
    const computed = (of: Expression, over: Row, input: Relation) =>
      evaluate(of, over, { columns: columnsOf(input), zone: plan.timeZone, clock });
    const emit = (node: Relation, made: Row, keyed: boolean): void => {
      for (const reader of readersOf(node)) enter(reader, made, keyed);
    };
    const enter = (node: Relation | IntoNode, given: Row, keyed: boolean): void => {
      switch (node.op) {
        case 'source':
          return;
        case 'filter':
          if (computed(node.test, given, node.input) === true) emit(node, given, keyed);
          return;
        case 'project': {
          const fields = node.fields.map(([name, of]) => [name, computed(of, given, node.input)]);
          emit(node, Object.fromEntries(fields), keyed);
          return;
        }
        case 'lookup': {
          // Above a keyed operator what it finds says nothing of the row alone.
          if (keyed) {
            checkPassed(node, given);
            return;
          }
          const key = lookedUp(node, given);
          const match = key === undefined ? undefined : dimensions.get(node.table.name)?.get(key);
          if (match !== undefined) found.get(node)?.set(arrival, match);
          else if (node.miss === 'drop') return;
          emit(node, joined(node, given, match), keyed);
          return;
        }
        case 'lastValue':
        case 'firstValue':
        case 'upsert':
          applied = true;
          if ('ignoreNulls' in node && node.ignoreNulls) checkPassed(node, given);
          else emit(node, given, true);
          return;
        case 'aggregate':
          applied = true;
          for (const [, { arg, where }] of node.calls) {
            if (where !== null && computed(where, given, node.input) !== true) continue;
            if (arg !== null) computed(arg, given, node.input);
          }
          checkPassed(node, given);
          return;
        case 'into': {
          checkLimits(node.table, given);
          const dimension = dimensions.get(node.table.name);
          if (dimension !== undefined) writes.push([dimension, tableKey(node.table, given), given]);
        }
      }
    };
    /** Columns that an operator hands on as they are must fit the tables that they end in. */
    const checkPassed = (node: Relation, given: Row): void => {
      const names = node.op === 'aggregate' ? node.keys : columnsOf(node).map(({ name }) => name);
      follow(node, new Map(names.map((name) => [name, given[name] as Value])));
    };
    const follow = (node: Relation, values: ReadonlyMap<string, Value>): void => {
      for (const reader of readersOf(node)) {
        if (reader.op === 'into') checkLimits(reader.table, Object.fromEntries(values));
        else follow(reader, handedOn(reader, values));
      }
    };
    try {
      for (const source of sources) emit(source, row, false);
    } catch (error) {
      if (!(error instanceof Reject)) throw error;
      for (const answers of found.values()) answers.delete(arrival);
      return 'quarantined';
    }
    for (const [dimension, key, written] of writes) dimension.set(key, written);
    return applied ? 'applied' : 'filtered';
  };
  const fate = rows.map((row, arrival) => carry(arrival, row));
  return { fate, found, dimensions };
}

function handedOn(node: Relation, values: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  if (node.op === 'aggregate') return new Map([...values].filter(([name]) => node.keys.includes(name)));
  if (node.op !== 'project') return values;
  return new Map(
    node.fields.flatMap(([name, of]) => {
      const value = of.op === 'column' ? values.get(of.name) : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function checkLimits(table: TableSchema, row: Row): void {
  for (const [name, value] of Object.entries(row))
    if (typeof value === 'string' && Array.from(value).length > limitOf(table, name))
      throw new Reject(`${table.name}.${name} is too long`);
}
