// What the options of a topic may say.
import type { ChangeFormat } from '../change/change-reader.ts';

/** What a BLOB record is: one JSON object, one CSV record without a header (columns in schema order), or what changed in a table. */
export type BlobFormat = 'json' | 'csv' | Exclude<ChangeFormat, 'upsert'>;

/** Formats of BLOB records. */
export const BLOB_FORMATS: readonly BlobFormat[] = ['json', 'csv', 'debezium', 'canal', 'maxwell', 'ogg'];

/** What is done with a TUPLE record that has another number of values than the topic has fields. */
export type LengthCheck = 'NONE' | 'SKIP' | 'EXCEPTION' | 'PAD';

/** What may be done. */
export const LENGTH_CHECKS: readonly LengthCheck[] = ['NONE', 'SKIP', 'EXCEPTION', 'PAD'];

/** What is known of a record beside its data. */
export type Metadata = 'shard-id' | 'sequence' | 'system-time';

/** All that is. */
export const METADATA: readonly Metadata[] = ['shard-id', 'sequence', 'system-time'];
