import type { ChangeFormat } from '../change/change-reader.ts';

/** What a message is: one JSON object, one CSV record without a header (columns in schema order), or what changed in a table. */
export type KafkaFormat = 'json' | 'csv' | ChangeFormat;

/** Formats by name. */
export const KAFKA_FORMATS = [
  'json',
  'csv',
  'debezium',
  'canal',
  'maxwell',
  'ogg',
  'upsert',
] as const satisfies readonly KafkaFormat[];
