import { failed, wrong } from '../../errors.ts';
import { nearest } from '../../plan/nearest.ts';
import type { ColumnSchema } from '../../plan/schema.ts';
import type { Row, Value } from '../../values/sql-type.ts';
import type { Change } from '../change/change.ts';
import type { TextReader } from '../format/column-reader.ts';
import { Fault } from '../format/fault.ts';
import { rowMaker } from '../format/row-maker.ts';
import type { SourceSpec } from '../source.ts';
import type { TopicField } from './datahub-port.ts';
import type { DataHubRecord } from './datahub-record.ts';
import type { LengthCheck } from './datahub-words.ts';
import { fieldReader } from './field-reader.ts';
import type { MetadataReader } from './metadata-column.ts';

/** What the records of a topic look like. */
export interface TupleParts {
  /** The topic's name, for messages. */
  readonly topic: string;
  readonly fields: readonly TopicField[];
  readonly lengthCheck: LengthCheck;
  readonly metadata: ReadonlyMap<string, MetadataReader>;
}

/** Where a column's values come from. */
interface Filled {
  readonly column: ColumnSchema;
  readonly kept: boolean;
  readonly from: MetadataReader | { readonly place: number; readonly read: TextReader };
}

/**
 * Reads the rows of TUPLE records: each column from the field of its name, whatever the case; other fields are passed over.
 * @throws MillraceError (exit 2): a column has no field, or one whose values it cannot hold
 */
export function tupleDecoder(
  { schema, keep }: SourceSpec,
  parts: TupleParts,
): (record: DataHubRecord) => Row | Fault | readonly Change[] {
  const { topic, fields, lengthCheck, metadata } = parts;
  const filled = schema.columns.map((column): Filled => {
    const from = metadata.get(column.name) ?? fieldOf(column, parts, schema.name);
    return { column, kept: keep.includes(column.name), from };
  });
  const makeRow = rowMaker(filled.filter(({ kept }) => kept).map(({ column }) => column.name));

  return (record) => {
    const data = record.data as readonly (string | null)[];
    if (data.length !== fields.length && lengthCheck !== 'PAD') {
      if (lengthCheck === 'SKIP') return [];
      const reason = `${data.length} value${data.length === 1 ? '' : 's'}, the topic has ${fields.length} fields`;
      if (lengthCheck === 'EXCEPTION')
        throw failed(
          `source '${schema.name}': ${topic}[${record.partition}], sequence ${record.offset}: ${reason} (lengthCheck EXCEPTION)`,
        );
      if (data.length < fields.length) return new Fault(reason);
    }
    const values: Value[] = [];
    for (const { column, kept, from } of filled) {
      const value = typeof from === 'function' ? from(record) : read(data[from.place] ?? null, from.read);
      if (value instanceof Fault) return value;
      if (value === null && !column.nullable)
        return new Fault('NULL in a column that is NOT NULL', column.name);
      if (kept) values.push(value);
    }
    return makeRow(values);
  };
}

const read = (text: string | null, reader: TextReader): Value | Fault =>
  text === null ? null : reader(text);

function fieldOf(column: ColumnSchema, { topic, fields }: TupleParts, source: string): Filled['from'] {
  const { name, type, from } = column;
  const place = fields.findIndex((field) => field.name.toLowerCase() === name.toLowerCase());
  const field = fields[place];
  const names = fields.map((one) => one.name);
  if (field === undefined)
    throw wrong(
      `source '${source}': topic ${topic} has no field '${name}'${nearest(name, names) || `: it has ${names.join(', ')}`}`,
    );
  const read = fieldReader(field.type, column);
  if (read !== undefined) return { place, read };
  const hint =
    type === 'TIMESTAMP(3)' && from === 'text'
      ? ": a time in numbers is declared as timestamp({ from: 'millis' }) or 'seconds'"
      : '';
  throw wrong(
    `source '${source}': column '${name}' is ${type}, which cannot hold the ${field.type} of topic ${topic}${hint}`,
  );
}
