import { createHash } from 'node:crypto';
import { failed } from '../../errors.ts';
import { nearest } from '../../plan/nearest.ts';
import type { TableSchema } from '../../plan/schema.ts';
import { show } from '../../values/show.ts';
import type { Row } from '../../values/sql-type.ts';
import type { TableUse } from '../database.ts';
import type { TopicField } from './datahub-port.ts';
import { fieldWriter } from './field-writer.ts';

/** A row as a topic holds it. */
export interface EncodedRow {
  /** A value for each field of the topic. */
  readonly data: readonly (string | null)[];
  /** Of its primary key: 32 hexadecimal digits in upper case, the same for the same key whenever it is written. */
  readonly hash: string;
}

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Where a topic does not fit a table: every difference, in words. Fields without a column stay NULL. */
export function topicDifferences(
  { table, writesNull }: TableUse,
  fields: readonly TopicField[],
): readonly string[] {
  const { columns } = table;
  const names = fields.map(({ name }) => name);
  const ofColumns = columns.flatMap(({ name, type }) => {
    const field = fields.find((one) => sameName(one.name, name));
    if (field === undefined) return [`the topic has no field '${name}'${nearest(name, names)}`];
    if (fieldWriter(type, field.type) === undefined)
      return [`field ${field.name} is ${field.type}, and column '${name}' is ${type}`];
    return field.notNull && writesNull.includes(name)
      ? [`field ${field.name} is NOT NULL, and the job may write NULL into it`]
      : [];
  });
  const unfilled = fields.filter(
    ({ name, notNull }) => notNull && !columns.some((one) => sameName(one.name, name)),
  );
  return [...ofColumns, ...unfilled.map(({ name }) => `field ${name} is NOT NULL, and no column fills it`)];
}

/**
 * Makes records of rows, for a topic without differences.
 * @throws MillraceError (exit 1), with the key: a value that the topic cannot hold
 */
export function tupleEncoder(
  label: string,
  { name: table, columns, primaryKey }: TableSchema,
  fields: readonly TopicField[],
): (row: Row) => EncodedRow {
  const writers = fields.map((field) => {
    const column = columns.find(({ name }) => sameName(name, field.name));
    const write = column && fieldWriter(column.type, field.type);
    return column && write && { column: column.name, field, write };
  });
  return (row) => {
    const data = writers.map((writer) => {
      const value = writer && row[writer.column];
      if (writer === undefined || value === null || value === undefined) return null;
      const text = writer.write(value);
      if (text !== undefined) return text;
      const key = primaryKey.map((name) => show(row[name])).join(', ');
      const { column, field } = writer;
      throw failed(
        `${label}: table '${table}', key (${key}): column '${column}': ${show(value)} is no ${field.type} of DataHub`,
      );
    });
    const key = JSON.stringify(primaryKey.map((name) => String(row[name])));
    return { data, hash: createHash('md5').update(key).digest('hex').toUpperCase() };
  };
}
