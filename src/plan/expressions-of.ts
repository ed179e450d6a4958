import type { Expression } from './expression.ts';
import type { Relation } from './node.ts';

/** An expression of a node, and the column that it makes (undefined: a filter's test, an aggregate's `where`). */
export interface Placed {
  readonly name: string | undefined;
  readonly expression: Expression;
}

/** The expressions that a node computes over its input's rows. Columns that it names (keys, `by`, `on`) are not among them. */
export function expressionsOf(node: Relation): readonly Placed[] {
  switch (node.op) {
    case 'filter':
      return [{ name: undefined, expression: node.test }];
    case 'project':
      return node.fields.map(([name, expression]) => ({ name, expression }));
    case 'aggregate':
      return node.calls.flatMap(([name, { arg, where }]) => [
        ...(arg === null ? [] : [{ name, expression: arg }]),
        ...(where === null ? [] : [{ name, expression: where }]),
      ]);
    case 'source':
    case 'lastValue':
    case 'firstValue':
    case 'lookup':
    case 'upsert':
      return [];
  }
}

/** The parts of an expression, outermost first, the expression itself included. */
export function partsOf(expression: Expression): readonly Expression[] {
  return [expression, ...innerOf(expression).flatMap(partsOf)];
}

function innerOf(expression: Expression): readonly Expression[] {
  switch (expression.op) {
    case 'column':
    case 'literal':
    case 'clock':
      return [];
    case 'call':
    case 'udf':
      return expression.args;
    case 'cast':
      return [expression.of];
    case 'case':
      return [...expression.when.flat(), expression.otherwise];
  }
}

/** The columns that an expression reads, each once. */
export function columnsIn(expression: Expression): ReadonlySet<string> {
  const names = new Set<string>();
  for (const part of partsOf(expression)) if (part.op === 'column') names.add(part.name);
  return names;
}
