import { columnsOf } from '../derive/columns.ts';
import { expressionType } from '../derive/expression-type.ts';
import type { ProjectNode } from '../node.ts';
import { expressionFaults } from './expression.ts';
import { repeated } from './repeated.ts';

/** Each column is named once and can be computed. */
export function projectFaults(node: ProjectNode): readonly string[] {
  const columns = columnsOf(node.input);
  return [
    ...repeated(node.fields.map(([name]) => name)).map((name) => `there is a column '${name}' already`),
    ...node.fields.flatMap(([name, value]) =>
      expressionFaults(value, columns, () => expressionType(value, columns)).map(
        (fault) => `column '${name}': ${fault}`,
      ),
    ),
  ];
}
