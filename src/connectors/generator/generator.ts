import { isPending, type MaybePromise } from '../../maybe-promise.ts';
import { ndjsonDecoder } from '../file/ndjson-decoder.ts';
import { RowReader } from '../file/row-reader.ts';
import type { Source, SourceBatch, SourceSpec } from '../source.ts';
import { EventInput } from './event-input.ts';
import type { GeneratorOptions } from './generator-options.ts';

/**
 * A source of plausible events for demonstrations and tests, made for the schema by the names and types of its columns. Users are of
 * one pool and come again, premiums go up and down. Events are NDJSON and go through its decoder, so bad ones end as those of a file do.
 *
 * @example openGenerator({ schema, keep }, { seed: 1, rows: 1000, from: startOfDay, to: now, badRows: 3, ratePerSecond: null })
 */
export function openGenerator(spec: SourceSpec, options: GeneratorOptions): Source {
  const input = new EventInput(spec.schema.columns, options);
  const reader = new RowReader({ input, decoder: ndjsonDecoder(spec), file: undefined });
  let closed = false;
  return {
    name: spec.schema.name,
    replayable: true,
    label: `generated events, seed ${options.seed}`,
    read(max: number): MaybePromise<SourceBatch | null> {
      const batch = closed ? null : reader.read(max);
      return isPending(batch) ? batch.then((read) => (closed ? null : read)) : batch;
    },
    async close(): Promise<void> {
      closed = true;
      await reader.close();
    },
  };
}
