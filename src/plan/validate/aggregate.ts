import { aggregateType } from '../derive/aggregate-type.ts';
import { columnsOf } from '../derive/columns.ts';
import type { Aggregate } from '../expression.ts';
import type { AggregateNode } from '../node.ts';
import type { Column } from '../schema.ts';
import { expressionFaults } from './expression.ts';
import { keyFaults } from './keys.ts';
import { repeated } from './repeated.ts';
import { ttlFaults } from './ttl.ts';

/** The group's columns are there, each result has a name of its own, and each aggregate fits its argument. */
export function aggregateFaults(node: AggregateNode): readonly string[] {
  const columns = columnsOf(node.input);
  const names = node.calls.map(([name]) => name);
  return [
    ...keyFaults('groupBy', node.keys, node.input),
    ...names
      .filter((name) => node.keys.includes(name))
      .map((name) => `'${name}' is a column of the group already`),
    ...repeated(names).map((name) => `there is a column '${name}' already`),
    ...node.calls.flatMap(([name, call]) =>
      callFaults(call, columns).map((fault) => `column '${name}': ${fault}`),
    ),
    ...ttlFaults('agg', node.ttl),
  ];
}

function callFaults(call: Aggregate, columns: readonly Column[]): readonly string[] {
  const parts = [call.arg, call.where].filter((part) => part !== null);
  const faults = parts.flatMap((part) => expressionFaults(part, columns, () => undefined));
  if (faults.length > 0) return faults;
  try {
    aggregateType(call, columns);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
