import { columnsOf } from '../derive/columns.ts';
import { columnsIn } from '../expressions-of.ts';
import type { Relation } from '../node.ts';

/** Warns where a part of a key may be NULL: all such rows are one key. */
export function nullableKeyWarnings(node: Relation): readonly string[] {
  if (node.op === 'source' || !('keys' in node)) return [];
  const { input } = node;
  const call = node.op === 'aggregate' ? 'groupBy' : 'keyBy';
  return columnsOf(input)
    .filter(({ name, nullable }) => nullable && node.keys.includes(name))
    .map(
      ({ name }) =>
        `${call}: '${name}' may be NULL, and all such rows are one key: .filter(r => r.${madeFrom(name, input)}.isNotNull()) keeps them out`,
    );
}

/** The column to test: a computed part of a key is NULL where a column is that it is computed from. */
function madeFrom(name: string, input: Relation): string {
  const value = input.op === 'project' ? input.fields.find(([field]) => field === name)?.[1] : undefined;
  if (input.op !== 'project' || value === undefined) return name;
  const read = columnsIn(value);
  return columnsOf(input.input).find((column) => column.nullable && read.has(column.name))?.name ?? name;
}
