import { wrong } from '../../errors.ts';
import type { Row } from '../../values/sql-type.ts';
import type { Change } from '../change/change.ts';
import type { Fault } from '../format/fault.ts';
import type { SourceSpec } from '../source.ts';
import { blobDecoder } from './blob-decoder.ts';
import type { DataHubSourceOptions } from './datahub-options.ts';
import type { TopicDescription } from './datahub-port.ts';
import type { DataHubRecord } from './datahub-record.ts';
import { metadataColumns } from './metadata-column.ts';
import { tupleDecoder } from './tuple-decoder.ts';

/**
 * Reads the rows of a topic's records, as its type asks for.
 * @throws MillraceError (exit 2): the topic does not fit the source, or the options do not fit the topic
 */
export function datahubDecoder(
  spec: SourceSpec,
  topic: string,
  { type, fields }: TopicDescription,
  options: DataHubSourceOptions,
): (record: DataHubRecord) => Row | Fault | readonly Change[] {
  const { format, table, lengthCheck } = options;
  const metadata = metadataColumns(spec.schema, options.metadata ?? {});
  if (type === 'BLOB') {
    if (lengthCheck !== undefined) throw misfit(spec, topic, 'lengthCheck', 'BLOB');
    return blobDecoder(spec, { format: format ?? 'json', table, metadata });
  }
  if (format !== undefined) throw misfit(spec, topic, 'format', 'TUPLE');
  if (table !== undefined) throw misfit(spec, topic, 'table', 'TUPLE');
  return tupleDecoder(spec, { topic, fields, lengthCheck: lengthCheck ?? 'NONE', metadata });
}

const misfit = ({ schema }: SourceSpec, topic: string, option: string, type: string) =>
  wrong(`source '${schema.name}': ${option}: ${topic} is a ${type} topic, which has none`);
