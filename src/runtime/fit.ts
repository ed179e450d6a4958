// What a table's columns take: exact conversions between kin types, and limits.
import { RowError } from '../errors.ts';
import { type Column, type ColumnSchema, KEY_LENGTH, type TableSchema } from '../plan/schema.ts';
import { generate, quoteName } from '../values/generate.ts';
import { decimalOf, type Row, type SqlType, type Value } from '../values/sql-type.ts';
import { projection } from './expressions/projection.ts';

/** Makes a value of a column what the table takes, or throws a RowError; null where every value fits as it is. */
export type ColumnFit = ((value: Value) => Value) | null;

/** How a value of type `from` gets into a column of a table. */
export function columnFit(table: TableSchema, column: ColumnSchema, from: SqlType): ColumnFit {
  const where = `${table.name}.${column.name}`;
  if (column.type === 'VARCHAR') return textFit(column, where, longestText(table, column));
  const decimal = decimalOf(column.type);
  if (decimal !== undefined) {
    if (column.type === from) return null;
    const limit = 10n ** BigInt(decimal.precision);
    return (value) => {
      const units = value as bigint | null;
      if (units !== null && (units >= limit || -units >= limit))
        throw new RowError(
          `${where} takes ${column.type}: ${units} units of 10^-${decimal.scale} do not fit`,
          column.name,
        );
      return value;
    };
  }
  if (column.type === 'BIGINT(bigint)' && from !== column.type)
    return (value) => (value === null ? null : BigInt(value as number));
  if (column.type === 'BIGINT' && from === 'BIGINT(bigint)')
    return (value) => {
      if (value === null) return null;
      const number = Number(value);
      if (!Number.isSafeInteger(number))
        throw new RowError(`${where} takes BIGINT up to 2^53-1: ${value} does not fit`, column.name);
      return number;
    };
  return null;
}

/** Characters that a text column takes; null: as many as there are. */
const longestText = (table: TableSchema, { name, length }: ColumnSchema): number | null =>
  length ?? (table.primaryKey.includes(name) ? KEY_LENGTH : null);

function textFit(column: ColumnSchema, where: string, length: number | null): ColumnFit {
  if (length === null) return null;
  return (value) => {
    // A code point is at least one UTF-16 unit: most texts are not counted.
    if (value !== null && (value as string).length > length && [...(value as string)].length > length)
      throw new RowError(
        `${where} takes at most ${length} characters: this text has ${[...(value as string)].length}`,
        column.name,
      );
    return value;
  };
}

interface Part {
  readonly name: string;
  readonly refusesNull: boolean;
  readonly convert: ColumnFit;
  /** Of a text: no shorter one needs to be looked at. */
  readonly longest: number | null;
  /** The value stays what it is: it is only looked at. */
  readonly keepsValue: boolean;
}

function partsOf(table: TableSchema, columns: readonly Column[]): readonly Part[] {
  return table.columns.map((column) => {
    const from = columns.find(({ name }) => name === column.name);
    const type = from?.type ?? column.type;
    return {
      name: column.name,
      refusesNull: from?.nullable === true && !column.nullable,
      convert: columnFit(table, column, type),
      longest: column.type === 'VARCHAR' ? longestText(table, column) : null,
      keepsValue: (type === 'BIGINT(bigint)') === (column.type === 'BIGINT(bigint)'),
    };
  });
}

/**
 * Throws a RowError where the table would not take a row; null where it takes every row of these columns.
 */
export function rowCheck(table: TableSchema, columns: readonly Column[]): ((row: Row) => void) | null {
  const checked = partsOf(table, columns).filter(
    ({ refusesNull, convert }) => refusesNull || convert !== null,
  );
  if (checked.length === 0) return null;
  const looks = checked.map(({ name, refusesNull, convert }) => (value: Value): void => {
    if (refusesNull && value === null) throw new RowError(`${table.name}.${name} is NOT NULL`, name);
    convert?.(value);
  });
  const generated = generate<(row: Row) => void>(
    { looks },
    `return row=>{let v;${checked.map((part, i) => `v=row[${quoteName(part.name)}];${suspect(part)}looks[${i}](v);`).join('')}}`,
    'What the table does not take',
  );
  if (generated !== undefined) return generated;
  return (row) => {
    for (const [i, { name }] of checked.entries()) looks[i]?.(row[name] as Value);
  };
}

/** The test in line that few values pass: these are looked at. */
function suspect({ refusesNull, convert, longest }: Part): string {
  const isNull = refusesNull ? ['v===null'] : [];
  if (convert === null) return `if(${isNull})`;
  if (longest === null) return '';
  return `if(${[...isNull, `v!==null&&v.length>${longest}`].join('||')})`;
}

/**
 * Makes a row what the table takes: the table's columns, each fit, in any order; the row itself where it is that already.
 * @throws RowError where a value does not fit
 */
export function rowFit(table: TableSchema, columns: readonly Column[]): (row: Row) => Row {
  const check = rowCheck(table, columns);
  const parts = partsOf(table, columns);
  const names = parts.map(({ name }) => name);
  if (!parts.every(({ keepsValue }) => keepsValue))
    return (row) => {
      check?.(row);
      const fitted: Record<string, Value> = {};
      for (const { name, convert } of parts) {
        const value = row[name] as Value;
        fitted[name] = convert === null ? value : convert(value);
      }
      return fitted;
    };
  const hasOthers = names.length !== columns.length;
  if (!hasOthers && check === null) return (row) => row;
  const pick = hasOthers ? projection(names.map((name) => ({ name, column: name }))) : (row: Row) => row;
  return (row) => {
    check?.(row);
    return pick(row);
  };
}
