import { wrong } from '../../errors.ts';
import type { Row } from '../../values/sql-type.ts';
import type { Change } from '../change/change.ts';
import { changeReader } from '../change/change-reader.ts';
import { csvMessage } from '../format/csv-message.ts';
import type { Fault } from '../format/fault.ts';
import { jsonMessage } from '../format/json-message.ts';
import type { SourceSpec } from '../source.ts';
import type { KafkaFormat } from './kafka-format.ts';
import type { KafkaRecord } from './kafka-port.ts';

/**
 * Reads the rows of messages.
 * @param table of which changes are read, as their producer names it; undefined: of all
 * @throws MillraceError (exit 2) where changes are read into a source without a primary key
 */
export function kafkaDecoder(
  spec: SourceSpec,
  format: KafkaFormat,
  table: string | undefined,
): (record: KafkaRecord) => Row | Fault | readonly Change[] {
  if (format === 'json' || format === 'csv') {
    const read = (format === 'json' ? jsonMessage : csvMessage)(spec);
    return ({ value }) => read(value);
  }
  const { schema, keep } = spec;
  const { name, primaryKey } = schema;
  if (primaryKey === undefined)
    throw wrong(
      `source '${name}': messages of the format ${format} change rows by their key: declare it, source({ … }, { primaryKey: '…' })`,
    );
  const read = changeReader(format, schema, { keep, primaryKey, table });
  return ({ value, key }) => read(value, key);
}
