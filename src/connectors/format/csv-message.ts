import { isUtf8 } from 'node:buffer';
import type { ColumnSchema } from '../../plan/schema.ts';
import type { Row, Value } from '../../values/sql-type.ts';
import type { SourceSpec } from '../source.ts';
import { textReader } from './column-reader.ts';
import { csvRecord, readRecord } from './csv-record.ts';
import { Fault } from './fault.ts';
import { rowMaker } from './row-maker.ts';

const NEWLINE = Buffer.from('\n');

/**
 * Reads the row of a message that is one CSV record (RFC 4180) without a header: a field for each column, in schema order. An empty field
 * without quotes is NULL. The record may end with a newline.
 */
export function csvMessage({ schema, keep }: SourceSpec): (value: Uint8Array | null) => Row | Fault {
  const { columns } = schema;
  const readers = columns.map(textReader);
  const makeRow = rowMaker(columns.map(({ name }) => name).filter((name) => keep.includes(name)));
  const record = csvRecord();
  return (value) => {
    if (value === null) return new Fault('the message has no value');
    if (!isUtf8(value)) return new Fault('invalid UTF-8');
    const bytes = value.at(-1) === NEWLINE[0] ? Buffer.from(value) : Buffer.concat([value, NEWLINE]);
    const fault = readRecord(bytes, 0, bytes.length, record);
    if (fault !== undefined)
      return new Fault(fault === 'open' ? 'a quoted field without its closing quote' : fault);
    if (record.end !== bytes.length - 1) return new Fault('more than one record');
    if (record.count !== columns.length)
      return new Fault(
        `${record.count} field${record.count === 1 ? '' : 's'}, the source has ${columns.length}`,
      );
    const values: Value[] = [];
    for (let i = 0; i < columns.length; i++) {
      const { name, nullable } = columns[i] as ColumnSchema;
      const start = record.starts[i] as number;
      const end = record.ends[i] as number;
      const form = record.forms[i];
      const isNull = form === 'bare' && start === end;
      if (isNull && !nullable) return new Fault('NULL in a column that is NOT NULL', name);
      const text = bytes.toString('utf8', start, end);
      const read = readers[i] as (typeof readers)[number];
      const result = isNull ? null : read(form === 'doubled' ? text.replaceAll('""', '"') : text);
      if (result instanceof Fault) return result;
      if (keep.includes(name)) values.push(result);
    }
    return makeRow(values);
  };
}
