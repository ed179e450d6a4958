import { wrong } from '../../errors.ts';
import type { Row, Value } from '../../values/sql-type.ts';
import type { Change } from '../change/change.ts';
import { changeReader } from '../change/change-reader.ts';
import { csvMessage } from '../format/csv-message.ts';
import { Fault } from '../format/fault.ts';
import { jsonMessage } from '../format/json-message.ts';
import { rowMaker } from '../format/row-maker.ts';
import type { SourceSpec } from '../source.ts';
import type { DataHubRecord } from './datahub-record.ts';
import type { BlobFormat } from './datahub-words.ts';
import type { MetadataReader } from './metadata-column.ts';

/** What the records of a topic hold. */
export interface BlobParts {
  readonly format: BlobFormat;
  /** Of which changes are read, as their producer names it; undefined: of all. */
  readonly table: string | undefined;
  readonly metadata: ReadonlyMap<string, MetadataReader>;
}

/**
 * Reads the rows of BLOB records.
 * @throws MillraceError (exit 2): changes are read into a source without a primary key, or into columns of metadata
 */
export function blobDecoder(
  spec: SourceSpec,
  { format, table, metadata }: BlobParts,
): (record: DataHubRecord) => Row | Fault | readonly Change[] {
  const { schema, keep } = spec;
  const { name, primaryKey, columns } = schema;
  if (format === 'json' || format === 'csv') {
    const read = (format === 'json' ? jsonMessage : csvMessage)({
      schema: { ...schema, columns: columns.filter((column) => !metadata.has(column.name)) },
      keep: keep.filter((column) => !metadata.has(column)),
    });
    if (metadata.size === 0) return ({ data }) => read(data as Uint8Array);
    const kept = columns.map((column) => column.name).filter((column) => keep.includes(column));
    const makeRow = rowMaker(kept);
    return (record) => {
      const row = read(record.data as Uint8Array);
      if (row instanceof Fault) return row;
      return makeRow(kept.map((column) => metadata.get(column)?.(record) ?? (row[column] as Value)));
    };
  }
  if (metadata.size > 0) throw wrong(`source '${name}': metadata: a change in the format ${format} has none`);
  if (primaryKey === undefined)
    throw wrong(
      `source '${name}': messages of the format ${format} change rows by their key: declare it, source({ … }, { primaryKey: '…' })`,
    );
  const read = changeReader(format, schema, { keep, primaryKey, table });
  return ({ data }) => read(data as Uint8Array, null);
}
