import type { ColumnSchema } from '../../plan/schema.ts';
import { show } from '../../values/show.ts';
import { familyOf } from '../../values/sql-type.ts';
import { LAST_TIMESTAMP } from '../../values/timestamp.ts';
import { type TextReader, textReader } from '../format/column-reader.ts';
import { Fault } from '../format/fault.ts';

/** Reads the texts of a topic's field into a column; undefined: no value of the field's type is one of the column's. */
export function fieldReader(fieldType: string, column: ColumnSchema): TextReader | undefined {
  const { type, from } = column;
  const read = textReader(column);
  const isNumber = familyOf(type) === 'number';
  switch (fieldType) {
    case 'STRING':
    case 'JSON':
      return read;
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
      return isNumber || type === 'VARCHAR' || (type === 'TIMESTAMP(3)' && from !== 'text')
        ? read
        : undefined;
    case 'FLOAT':
    case 'DOUBLE':
      return isNumber && !/INT/.test(type) ? read : type === 'VARCHAR' ? read : undefined;
    case 'DECIMAL':
      return isNumber || type === 'VARCHAR' ? read : undefined;
    case 'BOOLEAN':
      return type === 'BOOLEAN' ? booleanReader(read) : type === 'VARCHAR' ? read : undefined;
    case 'TIMESTAMP':
      if (type === 'TIMESTAMP(3)') return microsReader(column.name);
      return type === 'BIGINT' || type === 'BIGINT(bigint)' ? read : undefined;
    default:
      return type === 'VARCHAR' ? read : undefined;
  }
}

const booleanReader =
  (read: TextReader): TextReader =>
  (text) =>
    text === '1' ? true : text === '0' ? false : read(text);

/** Epoch milliseconds of unsigned microseconds; what is finer is cut. */
const microsReader =
  (name: string): TextReader =>
  (text) => {
    const millis = /^\d{1,20}$/.test(text) ? Number(`0${text.slice(0, -3)}`) : Number.POSITIVE_INFINITY;
    return millis <= LAST_TIMESTAMP
      ? millis
      : new Fault(`wanted TIMESTAMP(3) in microseconds, got ${show(text)}`, name);
  };
