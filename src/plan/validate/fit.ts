import { trustedColumnsOf } from '../derive/columns.ts';
import { type UpsertKey, upsertKeyOf } from '../derive/upsert-key.ts';
import type { IntoNode } from '../node.ts';
import type { TableSchema } from '../schema.ts';
import { accepts } from './accepts.ts';
import { typeWords } from './type-words.ts';

const NO_KEY = 'rows have no key: say which one wins, .keyBy(…).lastValue()';

/** The rows have exactly the table's columns, of its types, and their key is inside its primary key. */
export function fitFaults(output: IntoNode): readonly string[] {
  const { table, input } = output;
  const rows = trustedColumnsOf(output);
  const has = new Set(rows.map(({ name }) => name));
  const wanted = new Map(
    table.columns.map(({ name, type, nullable }) => [
      name,
      { type, nullable: nullable && !table.primaryKey.includes(name) },
    ]),
  );
  return [
    ...table.columns.filter(({ name }) => !has.has(name)).map(({ name }) => `column '${name}' is missing`),
    ...rows.filter(({ name }) => !wanted.has(name)).map(({ name }) => `there is no column '${name}'`),
    ...rows.flatMap((row) => {
      const column = wanted.get(row.name);
      if (column === undefined) return [];
      const fits = accepts(column.type, row.type) && (column.nullable || !row.nullable);
      return fits ? [] : [`column '${row.name}' is ${typeWords(row)}, not ${typeWords(column)}`];
    }),
    ...keyFitFaults(upsertKeyOf(input), table),
  ].map((fault) => `${table.name}: ${fault}`);
}

function keyFitFaults(key: UpsertKey, { primaryKey }: TableSchema): readonly string[] {
  if (typeof key === 'string') return [NO_KEY];
  return key
    .filter((part) => !primaryKey.includes(part))
    .map((part) => `rows are keyed by '${part}' too, but the primary key is ${primaryKey.join(', ')}`);
}
