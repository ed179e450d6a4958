import { failed } from '../../errors.ts';
import type { Row, Value } from '../../values/sql-type.ts';
import type { BoundColumn, BoundTable } from './bound-table.ts';
import type { RawRow } from './session.ts';

/** The columns of a SELECT that `rowReader` takes: each exact, named by its place. */
export function selectList({ columns }: BoundTable): string {
  return columns.map(({ name, form }, i) => `${form.read(name)} AS c${i}`).join(', ');
}

/**
 * Makes rows of what a SELECT of `selectList` answered. A value that cannot be had exactly ends the run (exit 1), naming table, key and column;
 * with `writtenBack` also one whose form in the database the job could not compare with later.
 */
export function rowReader(
  label: string,
  table: BoundTable,
  writtenBack: boolean,
): { key(raw: RawRow): Row; row(raw: RawRow): Row } {
  const places = new Map(table.columns.map((column, i) => [column, `c${i}`]));
  const read = (columns: readonly BoundColumn[], raw: RawRow): Row => {
    const row: Record<string, Value> = {};
    for (const column of columns) row[column.column] = readValue(column, raw);
    return row;
  };
  const readValue = (column: BoundColumn, raw: RawRow): Value => {
    const found = raw[places.get(column) as string] as unknown;
    if (found === null) return null;
    try {
      const value = column.form.decode(found);
      if (!writtenBack || column.form.canonical(found, value)) return value;
    } catch (error) {
      throw failed(where(column, raw, error instanceof Error ? error.message : String(error)));
    }
    throw failed(
      where(
        column,
        raw,
        `'${found}' is not in the form in which a job writes it back, and could not be compared`,
      ),
    );
  };
  const where = (column: BoundColumn, raw: RawRow, reason: string): string => {
    const key = table.keys.map((part) => `${part.column} ${raw[places.get(part) as string]}`).join(', ');
    return `${label}: table ${table.schema.name}, key ${key}, column ${column.column}: ${reason}`;
  };
  return { key: (raw) => read(table.keys, raw), row: (raw) => read(table.columns, raw) };
}
