import { wrong } from '../../errors.ts';
import { nearest } from '../../plan/nearest.ts';
import type { ColumnSchema, SourceSchema } from '../../plan/schema.ts';
import type { SqlType, Value } from '../../values/sql-type.ts';
import type { DataHubRecord } from './datahub-record.ts';
import type { Metadata } from './datahub-words.ts';

/** What a column shows of a record beside its data. */
export type MetadataReader = (record: DataHubRecord) => Value;

const TYPES: Readonly<Record<Metadata, readonly SqlType[]>> = {
  'shard-id': ['VARCHAR'],
  sequence: ['BIGINT', 'BIGINT(bigint)'],
  'system-time': ['BIGINT', 'BIGINT(bigint)', 'TIMESTAMP(3)'],
};

/**
 * The readers of the columns that are filled so, by name.
 * @throws MillraceError (exit 2): there is no such column, or it has another type
 */
export function metadataColumns(
  { name: source, columns }: SourceSchema,
  metadata: Readonly<Record<string, Metadata>>,
): ReadonlyMap<string, MetadataReader> {
  return new Map(
    Object.entries(metadata).map(([name, what]) => {
      const at = `source '${source}': metadata.${name}`;
      const column = columns.find((one) => one.name === name);
      if (column === undefined)
        throw wrong(
          `${at}: the source has no column '${name}'${nearest(
            name,
            columns.map((one) => one.name),
          )}`,
        );
      if (!TYPES[what].includes(column.type))
        throw wrong(`${at}: ${what} wants ${TYPES[what].join(' or ')}, and the column is ${column.type}`);
      return [name, readerOf(what, column)];
    }),
  );
}

function readerOf(what: Metadata, { type }: ColumnSchema): MetadataReader {
  if (what === 'shard-id') return ({ partition }) => partition;
  const number: (record: DataHubRecord) => number = what === 'sequence' ? (r) => r.offset : (r) => r.time;
  return type === 'BIGINT(bigint)' ? (record) => BigInt(number(record)) : number;
}
