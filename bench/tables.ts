import type { TableSchema } from '../src/plan/schema.ts';
import type { Row, SqlType, Value } from '../src/values/sql-type.ts';

/** Hand loops sum plain doubles, the engine sums exactly: DOUBLE may differ by this much of the value, all else by nothing. */
export const DOUBLE_TOLERANCE = 1e-9;

/**
 * Says where two versions of a table differ; undefined where they do not.
 * @param slack so much two counts may differ
 */
export function difference(
  { name, columns, primaryKey }: TableSchema,
  wanted: Iterable<Row>,
  got: Iterable<Row>,
  slack = 0,
): string | undefined {
  const key = (row: Row): string => JSON.stringify(primaryKey.map((column) => row[column]));
  const rows = new Map([...got].map((row) => [key(row), row]));
  let n = 0;
  for (const row of wanted) {
    n++;
    const other = rows.get(key(row));
    if (other === undefined) return `${name}: ${key(row)} is missing`;
    for (const column of columns)
      if (!same(slack, column.type, row[column.name] as Value, other[column.name] as Value))
        return `${name}: ${key(row)}: ${column.name} is ${other[column.name]}, not ${row[column.name]}`;
  }
  return n === rows.size ? undefined : `${name}: ${rows.size} rows, not ${n}`;
}

function same(slack: number, type: SqlType, a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== 'number' || typeof b !== 'number') return false;
  if (type === 'BIGINT') return Math.abs(a - b) <= slack;
  if (type !== 'DOUBLE') return false;
  return Math.abs(a - b) <= DOUBLE_TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}
