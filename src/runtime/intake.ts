import { columnsOf } from '../plan/derive/columns.ts';
import type { AggregateNode, IntoNode, ProjectNode, Relation } from '../plan/node.ts';
import type { Column, TableSchema } from '../plan/schema.ts';
import type { Row, Value } from '../values/sql-type.ts';
import type { AppendBatch } from './batch.ts';
import { blameOf } from './blame.ts';
import type { Epoch } from './epoch.ts';
import { canThrow } from './expressions/can-throw.ts';
import { compileExpression, compileProjection, compileTest } from './expressions/compile.ts';
import type { Environment } from './expressions/environment.ts';
import { columnFit, rowCheck } from './fit.ts';

/** Does what operators above will do with a row, for its errors alone. */
type Check = (row: Row) => void;
type Consumers = ReadonlyMap<Relation, readonly (Relation | IntoNode)[]>;

/**
 * What a keyed operator does with source rows before it takes them in: it marks them as applied, and runs on each the
 * row-wise checks of everything above it. A row that a filter, a projection, an aggregate's argument or a table would
 * stumble over is so found at once, not only where no later row of its key replaced it within the epoch: which rows are
 * quarantined does not depend on where epochs end.
 */
export function intakeOf(
  node: Relation,
  consumers: Consumers,
  environment: Environment,
): (input: AppendBatch, epoch: Epoch) => void {
  const input = node.op === 'source' ? node : node.input;
  const check = checkInto(node, consumers, environment);
  const blame = blameOf(node, input);
  return ({ n, rows, seqs }, epoch) => {
    const { applied, firstSeq, deletes } = epoch;
    for (let i = 0; i < n; i++) {
      const seq = seqs[i] as number;
      applied[seq - firstSeq] = 1;
      if (check === null || (deletes.size > 0 && deletes.has(seq))) continue;
      try {
        check(rows[i] as Row);
      } catch (error) {
        blame(epoch, seq, error);
      }
    }
  };
}

/** Checks of a node and all above it, on a row that goes into the node; null: nothing can go wrong. */
function checkInto(node: Relation | IntoNode, consumers: Consumers, environment: Environment): Check | null {
  const above = (relation: Relation) =>
    all((consumers.get(relation) ?? []).map((consumer) => checkInto(consumer, consumers, environment)));
  switch (node.op) {
    case 'filter': {
      const columns = columnsOf(node.input);
      const next = above(node);
      if (next === null && !canThrow(node.test, columns)) return null;
      const test = compileTest(node.test, columns, environment);
      return (row) => {
        if (test(row)) next?.(row);
      };
    }
    case 'project':
      return projected(node, above(node), environment);
    case 'upsert':
      return above(node);
    case 'lastValue':
    case 'firstValue': {
      if (!node.ignoreNulls) return above(node);
      // Per column the row above may be made of several: what else it leads to belongs to no single row.
      const names = columnsOf(node).map(({ name }) => name);
      return handedOnLimits(node, names, consumers);
    }
    case 'aggregate':
      return all([aggregateCheck(node, environment), handedOnLimits(node, node.keys, consumers)]);
    case 'into': {
      const columns = columnsOf(node.input);
      return rowCheck(node.table, columns);
    }
    case 'lookup': {
      // Above a keyed operator the table's answer is the epoch's, not the row's.
      const near = columnsOf(node.input).map(({ name }) => name);
      return handedOnLimits(node, near, consumers);
    }
    case 'source':
      return null;
  }
}

function all(checks: readonly (Check | null)[]): Check | null {
  const [first, ...rest] = checks.filter((check) => check !== null);
  if (first === undefined) return null;
  if (rest.length === 0) return first;
  return (row) => {
    first(row);
    for (const check of rest) check(row);
  };
}

function projected(node: ProjectNode, next: Check | null, environment: Environment): Check | null {
  const columns = columnsOf(node.input);
  if (next === null) {
    const risky = node.fields.filter(([, value]) => canThrow(value, columns));
    return all(risky.map(([, value]) => compileExpression(value, columns, environment)));
  }
  const project = compileProjection(node.fields, columns, environment);
  return (row) => next(project(row));
}

function aggregateCheck(node: AggregateNode, environment: Environment): Check | null {
  const columns = columnsOf(node.input);
  return all(
    node.calls.map(([, { arg, where }]) => {
      const risky = (arg !== null && canThrow(arg, columns)) || (where !== null && canThrow(where, columns));
      if (!risky) return null;
      const value = arg === null ? () => null : compileExpression(arg, columns, environment);
      if (where === null) return value;
      const test = compileTest(where, columns, environment);
      return (row) => {
        if (test(row)) value(row);
      };
    }),
  );
}

/** Limits of tables on columns of a row that a keyed operator, and all above it, hand on as they are. */
function handedOnLimits(node: Relation, handedOn: readonly string[], consumers: Consumers): Check | null {
  const checks: Check[] = [];
  const visit = (relation: Relation, names: ReadonlyMap<string, string>): void => {
    for (const consumer of consumers.get(relation) ?? []) {
      if (consumer.op === 'into') checks.push(...limitsOf(consumer.table, columnsOf(node), names));
      else visit(consumer, carriedThrough(consumer, names));
    }
  };
  visit(node, new Map(handedOn.map((name) => [name, name])));
  return all(checks);
}

/** Columns above a node, by their names there, that are still what they were below. */
function carriedThrough(node: Relation, names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  if (node.op === 'aggregate') return new Map([...names].filter(([name]) => node.keys.includes(name)));
  if (node.op !== 'project') return names;
  const carried = new Map<string, string>();
  for (const [name, value] of node.fields) {
    const from = value.op === 'column' ? names.get(value.name) : undefined;
    if (from !== undefined) carried.set(name, from);
  }
  return carried;
}

function limitsOf(
  table: TableSchema,
  columns: readonly Column[],
  names: ReadonlyMap<string, string>,
): Check[] {
  return table.columns.flatMap((column) => {
    const key = names.get(column.name);
    const from = columns.find((own) => own.name === key);
    const convert = key === undefined || from === undefined ? null : columnFit(table, column, from.type);
    return convert === null || key === undefined ? [] : [(row: Row) => void convert(row[key] as Value)];
  });
}
