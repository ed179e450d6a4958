// What a table's columns take: exact conversions between kin types, and limits.
import { RowError } from '../errors.ts';
import { type Column, type ColumnSchema, KEY_LENGTH, type TableSchema } from '../plan/schema.ts';
import { decimalOf, type Row, type SqlType, type Value } from '../values/sql-type.ts';
import { projection } from './expressions/projection.ts';

/** Makes a value of a column what the table takes, or throws a RowError; null where every value fits as it is. */
export type ColumnFit = ((value: Value) => Value) | null;

/** How a value of type `from` gets into a column of a table. */
export function columnFit(table: TableSchema, column: ColumnSchema, from: SqlType): ColumnFit {
  const where = `${table.name}.${column.name}`;
  if (column.type === 'VARCHAR') return textFit(column, where, table.primaryKey.includes(column.name));
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

function textFit(column: ColumnSchema, where: string, isKey: boolean): ColumnFit {
  const length = column.length ?? (isKey ? KEY_LENGTH : null);
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
  return (row) => {
    for (const { name, refusesNull, convert } of checked) {
      const value = row[name] as Value;
      if (refusesNull && value === null) throw new RowError(`${table.name}.${name} is NOT NULL`, name);
      convert?.(value);
    }
  };
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
