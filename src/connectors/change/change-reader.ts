import type { SourceSchema } from '../../plan/schema.ts';
import { canalReader } from './canal.ts';
import type { ChangeReader, ChangeSpec } from './change.ts';
import { debeziumReader } from './debezium.ts';
import { maxwellReader } from './maxwell.ts';
import { oggReader } from './ogg.ts';
import { upsertReader } from './upsert.ts';

const READERS = {
  debezium: debeziumReader,
  canal: canalReader,
  maxwell: maxwellReader,
  ogg: oggReader,
  upsert: upsertReader,
};

/** How messages say what changed in a table: envelopes of Debezium, Canal, Maxwell, GoldenGate, or a topic that is compacted by key. */
export type ChangeFormat = keyof typeof READERS;

/** Reads changes in a format. Each message stands for rows by their key, so that one that comes twice does no harm. */
export const changeReader = (format: ChangeFormat, schema: SourceSchema, spec: ChangeSpec): ChangeReader =>
  READERS[format](schema, spec);
