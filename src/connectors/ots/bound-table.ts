import { failed } from '../../errors.ts';
import type { ColumnSchema, TableSchema } from '../../plan/schema.ts';
import { show } from '../../values/show.ts';
import type { Row, Value } from '../../values/sql-type.ts';
import type { WriteBack } from '../database.ts';
import { type ColumnForm, columnForm } from './column-form.ts';
import type { OtsCell, OtsCondition, OtsKey, OtsRow, OtsTable, OtsValue, OtsWrite } from './ots-port.ts';
import { showKey } from './where.ts';

/** Bytes that a text of a key can have. */
const KEY_BYTES = 1024;

/** A table of the catalog, with how its rows are in Tablestore. NULL is a column that the row does not have. */
export interface BoundTable {
  readonly schema: TableSchema;
  /** Its name in Tablestore. */
  readonly name: string;
  /** Its primary key, as Tablestore would have it. */
  readonly key: OtsTable['key'];
  /** The primary key of a row; undefined: too long for one, so that no row has it. */
  keyOf(row: Row): OtsKey | undefined;
  /** Replaces the row's columns that the catalog declares, and makes the row where there is none. */
  upsert(row: Row): OtsWrite;
  /** The same of a row that still is as it was read. */
  writeBack(writeBack: WriteBack): OtsWrite;
  /**
   * The row, its columns in schema order. Exit 1 where a value is not of its column's type; of a table that is `writtenBack` also where it is
   * in another form than a job writes, which it could not compare with.
   */
  row(found: OtsRow, writtenBack: boolean): Row;
  /** Does the row hold these values? */
  holds(found: OtsRow, row: Row): boolean;
}

interface BoundColumn extends ColumnSchema {
  readonly form: ColumnForm;
}

/** Binds a table. */
export function bindTable(label: string, schema: TableSchema, name: string): BoundTable {
  const columns = schema.columns.map((column): BoundColumn => ({ ...column, form: columnForm(column.type) }));
  const keys = schema.primaryKey.map((part) => columns.find((column) => column.name === part) as BoundColumn);
  const others = columns.filter((column) => !keys.includes(column));
  const cell = ({ name: column, form }: BoundColumn, row: Row): OtsCell | undefined => {
    const value = row[column] ?? null;
    return value === null ? undefined : [column, form.encode(value)];
  };
  const keyOf = (row: Row): OtsKey | undefined => {
    const key = keys.map((column) => cell(column, row) as OtsCell);
    const long = key.some(([, value]) => typeof value === 'string' && Buffer.byteLength(value) > KEY_BYTES);
    return long ? undefined : key;
  };
  const split = (row: Row) => {
    const cells = others.map((column) => cell(column, row)).filter((found) => found !== undefined);
    return { cells, nulls: others.filter((column) => (row[column.name] ?? null) === null) };
  };
  const upsert = (row: Row): OtsWrite => {
    const key = keyOf(row);
    if (key === undefined)
      throw failed(
        `${label}: table ${schema.name}: a text of the key is longer than the ${KEY_BYTES} bytes that Tablestore has for it: ${keys.map((column) => show(row[column.name])).join(', ')}; shorten it before it is the key`,
      );
    const { cells, nulls } = split(row);
    // An update that only takes columns away makes no row where there is none.
    return cells.length === 0
      ? { kind: 'put', key, cells }
      : { kind: 'update', key, cells, gone: nulls.map((column) => column.name) };
  };
  const where = (key: OtsKey, column: string) =>
    `${label}: table ${schema.name}, key ${showKey(key)}, column ${column}`;
  const decode = (
    { name: column, form }: BoundColumn,
    value: OtsValue,
    key: OtsKey,
    exact: boolean,
  ): Value => {
    let decoded: Exclude<Value, null>;
    try {
      decoded = form.decode(value);
    } catch (error) {
      throw failed(`${where(key, column)}: ${(error as Error).message}`);
    }
    if (exact && form.encode(decoded) !== value)
      throw failed(
        `${where(key, column)}: ${show(value)} is not in the form in which a job writes it back, ${show(form.encode(decoded))}, and could not be compared`,
      );
    return decoded;
  };

  return {
    schema,
    name,
    key: keys.map(({ name: part, form }) => ({ name: part, type: form.stored as 'INTEGER' | 'STRING' })),
    keyOf,

    upsert,

    writeBack({ read, row }) {
      const write = upsert(row);
      // An update is not for rows that must not be there.
      if (read === null) return { kind: 'put', key: write.key, cells: split(row).cells, condition: ABSENT };
      const { cells, nulls } = split(read);
      const absent = nulls.map(({ name: column, form }): OtsCell => [column, SAMPLES[form.stored]]);
      return { ...write, condition: { exists: true, equal: cells, absent } };
    },

    row(found, writtenBack) {
      const inKey = new Map(found.key);
      return Object.fromEntries(
        columns.map((column) => {
          const value = inKey.get(column.name) ?? found.cells.get(column.name);
          const exact = writtenBack && !inKey.has(column.name);
          return [column.name, value === undefined ? null : decode(column, value, found.key, exact)];
        }),
      );
    },

    holds(found, row) {
      return others.every((column) => {
        const [, wanted] = cell(column, row) ?? [];
        return found.cells.get(column.name) === wanted;
      });
    },
  };
}

const ABSENT: OtsCondition = { exists: false, equal: [], absent: [] };

/** A value of each type. */
const SAMPLES: Readonly<Record<ColumnForm['stored'], OtsValue>> = {
  INTEGER: 0n,
  DOUBLE: 0,
  BOOLEAN: false,
  STRING: '',
};
