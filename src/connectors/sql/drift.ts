// Where a table of the database does not fit the catalog's.

import type { ColumnSchema } from '../../plan/schema.ts';
import { decimalOf, type SqlType } from '../../values/sql-type.ts';
import type { TableUse } from '../database.ts';
import type { Dialect } from './dialect.ts';
import {
  type ColumnDescription,
  columnOf,
  type StoredFamily,
  type TableDescription,
} from './table-description.ts';

/** Every difference, each in words; none where the table fits the use that the job makes of it. */
export function driftOf(dialect: Dialect, use: TableUse, found: TableDescription): readonly string[] {
  const { table, writes } = use;
  const exactCase = dialect.kind === 'postgres';
  const known = new Set<ColumnDescription>();
  const differences: string[] = writes ? [...found.unwritable] : [];
  for (const column of table.columns) {
    const stored = columnOf(found, column.name, exactCase);
    if (!stored) differences.push(`column ${column.name} is missing`);
    else {
      known.add(stored);
      differences.push(...columnDrift(dialect, use, column, stored));
    }
  }
  const inKey = (name: string) => (exactCase ? name : name.toLowerCase());
  const wanted = table.primaryKey.map(inKey);
  const actual = found.primaryKey.map(inKey);
  if (wanted.length !== actual.length || !wanted.every((name) => actual.includes(name)))
    differences.push(
      `its primary key is ${found.primaryKey.length === 0 ? 'none' : `(${found.primaryKey.join(', ')})`}, (${table.primaryKey.join(', ')}) is declared`,
    );
  if (writes)
    for (const column of found.columns)
      if (!known.has(column) && !column.nullable && !column.filled)
        differences.push(
          `column ${column.name} is not declared, NOT NULL and without a default: no row could be inserted`,
        );
  return differences;
}

function columnDrift(
  dialect: Dialect,
  { table, writes, looksUp, writesNull }: TableUse,
  { name, type }: ColumnSchema,
  stored: ColumnDescription,
): string[] {
  const is = `column ${name} is ${stored.type}`;
  if (!stored.families.some((family) => familiesOf(type, writes).includes(family)))
    return [`${is}, ${type} is declared`];
  const differences: string[] = [];
  if (writes && dialect.kind !== 'sqlite') {
    const short = shortage(type, stored);
    if (short !== undefined) differences.push(`${is}: ${short}`);
    if (looksUp && type === 'TIMESTAMP(3)' && (stored.scale ?? 0) > 3)
      differences.push(
        `${is}: finer than it is read, so that a write-back could not tell whether it changed; TIMESTAMP(3) is needed`,
      );
  }
  if (writes && !stored.nullable && writesNull.includes(name))
    differences.push(`column ${name} is NOT NULL, and the job may write NULL into it`);
  if (writes && stored.merges !== undefined && table.primaryKey.includes(name))
    differences.push(`key column ${name} would merge different keys: ${stored.merges}`);
  return differences;
}

/** What may hold a type. A FLOAT can be read, but does not equal itself as read, and rounds what is written. */
function familiesOf(type: SqlType, writes: boolean): readonly StoredFamily[] {
  if (decimalOf(type)) return writes ? ['decimal'] : ['decimal', 'integer'];
  switch (type as Exclude<SqlType, `DECIMAL${string}`>) {
    case 'INT':
    case 'BIGINT':
    case 'BIGINT(bigint)':
      return ['integer'];
    case 'DOUBLE':
      return writes ? ['double'] : ['double', 'float'];
    case 'VARCHAR':
      return ['text'];
    case 'BOOLEAN':
      return ['boolean'];
    case 'TIMESTAMP(3)':
      return ['timestamp'];
    case 'DATE':
      return ['date'];
  }
}

/** Why written values would be rounded in silence. */
function shortage(type: SqlType, { precision, scale }: ColumnDescription): string | undefined {
  if (type === 'TIMESTAMP(3)') return (scale ?? 0) < 3 ? 'it would cut milliseconds' : undefined;
  const decimal = decimalOf(type);
  if (!decimal || scale === undefined) return undefined;
  if (scale < decimal.scale) return `it would round the ${decimal.scale} decimals of ${type}`;
  return (precision ?? 0) - scale < decimal.precision - decimal.scale
    ? `it is too short for ${type}`
    : undefined;
}
