import { memo } from '../memo.ts';
import type { IntoNode, Relation } from '../node.ts';
import type { Column } from '../schema.ts';
import { aggregateType } from './aggregate-type.ts';
import { expressionType, type ValueType } from './expression-type.ts';
import { proofOf } from './proof.ts';

/**
 * The columns of a node's rows, in order. Of an output: what it writes.
 * A filter's columns are not NULL where its test proves it. Never throws: where the plan is wrong
 * (an unknown column, an argument of a wrong type) the column is a VARCHAR that may be NULL, and `validate` tells.
 */
export function columnsOf(node: Relation | IntoNode): readonly Column[] {
  return asSafe(node);
}

/**
 * `columnsOf`, each `udf` taken at its word to give NULL for NULL only: what the DSL's types see.
 * What must be NOT NULL is judged by this; a NULL that a `udf` gives all the same is found row by row.
 */
export function trustedColumnsOf(node: Relation | IntoNode): readonly Column[] {
  return asTrusted(node);
}

const asSafe = memo((node: Relation | IntoNode) => Object.freeze(derive(node, columnsOf, false)));
const asTrusted = memo((node: Relation | IntoNode) => Object.freeze(derive(node, trustedColumnsOf, true)));

function derive(
  node: Relation | IntoNode,
  of: (input: Relation) => readonly Column[],
  trusted: boolean,
): readonly Column[] {
  switch (node.op) {
    case 'source':
      return node.source.columns.map(plain);
    case 'filter': {
      const { whenTrue } = proofOf(node.test);
      return of(node.input).map((column) =>
        column.nullable && whenTrue.has(column.name) ? { ...column, nullable: false } : column,
      );
    }
    case 'project': {
      const columns = of(node.input);
      return node.fields.map(([name, value]) => named(name, () => expressionType(value, columns, trusted)));
    }
    case 'aggregate': {
      const columns = of(node.input);
      return [
        ...node.keys.map((key) =>
          named(key, () => expressionType({ op: 'column', name: key }, columns, trusted)),
        ),
        ...node.calls.map(([name, call]) => named(name, () => aggregateType(call, columns, trusted))),
      ];
    }
    case 'lookup':
      return [
        ...of(node.input),
        ...node.table.columns
          .filter(({ name }) => !node.table.primaryKey.includes(name))
          .map(plain)
          .map((column) => (node.miss === 'null' ? { ...column, nullable: true } : column)),
      ];
    case 'lastValue':
    case 'firstValue':
    case 'upsert':
    case 'into':
      return of(node.input);
  }
}

const plain = ({ name, type, nullable }: Column): Column => ({ name, type, nullable });

function named(name: string, compute: () => ValueType): Column {
  try {
    return { name, ...compute() };
  } catch {
    return { name, type: 'VARCHAR', nullable: true };
  }
}
