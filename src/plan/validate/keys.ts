import { columnsOf } from '../derive/columns.ts';
import type { Relation } from '../node.ts';
import { noColumn } from './expression.ts';
import { repeated } from './repeated.ts';

/** Key columns are there, each named once. */
export function keyFaults(
  call: 'keyBy' | 'groupBy',
  keys: readonly string[],
  input: Relation,
): readonly string[] {
  const columns = columnsOf(input);
  return [
    ...repeated(keys).map((key) => `${call}: '${key}' is named twice`),
    ...[...new Set(keys)]
      .filter((key) => !columns.some(({ name }) => name === key))
      .map((key) => `${call}: ${noColumn(key, columns)}`),
  ];
}
