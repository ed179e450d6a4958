import { columnsOf } from '../derive/columns.ts';
import type { IntoNode, LookupNode, ProjectNode, Relation } from '../node.ts';
import { printAggregate, printExpression } from './print-expression.ts';

/** A node in words: what it does, and the columns that it computes. */
export interface NodeText {
  readonly headline: string;
  /** Computed and renamed columns, by name. */
  readonly computes: readonly (readonly [name: string, text: string])[];
}

/** A node in the words of the DSL. */
export function nodeText(node: Relation | IntoNode): NodeText {
  switch (node.op) {
    case 'source':
      return only(`stream ${node.source.name}`);
    case 'filter':
      return only(`filter ${printExpression(node.test)}`);
    case 'project':
      return projectText(node);
    case 'lastValue':
    case 'firstValue': {
      const order = node.by === null ? '' : `, ordered by ${node.by}`;
      return only(
        `${node.op} by ${node.keys.join(', ')}${order}${node.ignoreNulls ? ', ignoring NULLs' : ''}`,
      );
    }
    case 'aggregate':
      return {
        headline: node.keys.length === 0 ? 'agg over all rows' : `groupBy ${node.keys.join(', ')}`,
        computes: node.calls.map(([name, call]) => [name, printAggregate(call)]),
      };
    case 'lookup':
      return only(lookupText(node));
    case 'upsert':
      return only(`upsert of the last row by ${node.keys.join(', ')}`);
    case 'into':
      return only(`into ${node.table.name}`);
  }
}

const only = (headline: string): NodeText => ({ headline, computes: [] });

function projectText(node: ProjectNode): NodeText {
  const computed = node.fields.filter(([name, value]) => value.op !== 'column' || value.name !== name);
  const names = new Set(node.fields.map(([name]) => name));
  const keepsAll = columnsOf(node.input).every(({ name }) => names.has(name));
  return {
    headline: computed.length === 0 ? 'pick' : keepsAll ? 'extend' : 'select',
    computes: computed.map(([name, value]) => [name, printExpression(value)]),
  };
}

function lookupText({ table, on, miss }: LookupNode): string {
  const pairs = on.map(([column, near]) => (column === near ? column : `${column} = ${near}`));
  return `lookup ${table.name} by ${pairs.join(', ')}${miss === 'null' ? ', NULL where it has no row' : ''}`;
}
