import { isUtf8 } from 'node:buffer';
import { wrong } from '../../errors.ts';
import type { ColumnSchema } from '../../plan/schema.ts';
import type { Row, Value } from '../../values/sql-type.ts';
import { textReader } from '../format/column-reader.ts';
import { type CsvRecord, csvRecord, readRecord } from '../format/csv-record.ts';
import { Fault } from '../format/fault.ts';
import { rowMaker } from '../format/row-maker.ts';
import { asciiText } from '../format/short-text.ts';
import type { SourceSpec } from '../source.ts';
import type { LineBatch } from './line-batch.ts';
import type { Lines, RowDecoder } from './row-decoder.ts';

const NEWLINE = 10;

/**
 * Reads CSV (RFC 4180) with a header: names in any order, unknown ones ignored; a column without a name is NULL, as is an empty field
 * without quotes. Of a record that is not written as it should be only the first line is rejected: reading goes on behind it.
 *
 * @throws MillraceError (exit 2) while decoding, for a header with a repeated name, or with none of the columns
 */
export function csvDecoder(spec: SourceSpec, path: string): RowDecoder {
  const { columns } = spec.schema;
  const readers = columns.map(textReader);
  const kept = columns.flatMap(({ name }, i) => (spec.keep.includes(name) ? [i] : []));
  const makeRow = rowMaker(kept.map((i) => (columns[i] as ColumnSchema).name));
  const record = csvRecord();
  let header: readonly string[] | undefined;
  /** The field of each column; -1: there is none. */
  let fields: readonly number[] = [];

  function readHeader(bytes: Buffer, from: number): void {
    if (!isUtf8(bytes.subarray(from, record.end))) throw wrong(`${path}: the header is not valid UTF-8`);
    const names = record.starts.slice(0, record.count).map((_, i) => fieldText(bytes, record, i));
    const repeated = names.find((name, i) => names.indexOf(name) < i);
    if (repeated !== undefined)
      throw wrong(`${path}: the header has the name ${JSON.stringify(repeated)} twice`);
    fields = columns.map(({ name }) => names.indexOf(name));
    if (fields.every((field) => field < 0))
      throw wrong(
        `${path}: the first line must be a header with column names of ${spec.schema.name} (${columns.map((c) => c.name).join(', ')}), and has none of them`,
      );
    header = names;
  }

  function readRow(bytes: Buffer, utf8: boolean, from: number): Row | Fault {
    const wanted = header?.length ?? 0;
    if (record.count !== wanted)
      return new Fault(`${record.count} field${record.count === 1 ? '' : 's'}, the header has ${wanted}`);
    if (!utf8 && !isUtf8(bytes.subarray(from, record.end))) return new Fault('invalid UTF-8');
    const values: Value[] = [];
    for (let i = 0; i < columns.length; i++) {
      const { name, nullable } = columns[i] as ColumnSchema;
      const field = fields[i] as number;
      if (field < 0 || isNull(record, field)) {
        if (!nullable) return new Fault('NULL in a column that is NOT NULL', name);
        values.push(null);
      } else {
        const value = (readers[i] as (typeof readers)[number])(fieldText(bytes, record, field));
        if (value instanceof Fault) return value;
        values.push(value);
      }
    }
    return makeRow(kept.map((i) => values[i] as Value));
  }

  return {
    decode({ bytes, from, to, utf8, final }: Lines, max: number, into: LineBatch): number {
      let at = from;
      while (at < to && into.n < max) {
        const fault = readRecord(bytes, at, to, record);
        if (fault === 'open' && !final) return at;
        if (fault !== undefined) record.end = bytes.indexOf(NEWLINE, at);
        const broken = fault === 'open' ? 'a quoted field without its closing quote' : fault;
        if (header === undefined) {
          if (broken !== undefined) throw wrong(`${path}: the header has ${broken}`);
          if (!isBlank(bytes, record)) readHeader(bytes, at);
        } else if (broken !== undefined) into.reject(new Fault(broken), at, record.end);
        else if (!isBlank(bytes, record)) {
          const row = readRow(bytes, utf8, at);
          if (row instanceof Fault) into.reject(row, at, record.end);
          else into.add(row, at, record.end);
        }
        at = record.end + 1;
      }
      return at;
    },
  };
}

const isNull = ({ starts, ends, forms }: CsvRecord, field: number): boolean =>
  forms[field] === 'bare' && starts[field] === ends[field];

function isBlank(bytes: Buffer, { count, starts, ends, forms }: CsvRecord): boolean {
  if (count !== 1 || forms[0] !== 'bare') return false;
  let i = starts[0] as number;
  while (i < (ends[0] as number) && (bytes[i] === 32 || bytes[i] === 9)) i++;
  return i === ends[0];
}

function fieldText(bytes: Buffer, { starts, ends, forms }: CsvRecord, field: number): string {
  const start = starts[field] as number;
  const end = ends[field] as number;
  let bits = 0;
  for (let i = start; i < end; i++) bits |= bytes[i] as number;
  const text = bits < 128 ? asciiText(bytes, start, end) : bytes.toString('utf8', start, end);
  return forms[field] === 'doubled' ? text.replaceAll('""', '"') : text;
}
