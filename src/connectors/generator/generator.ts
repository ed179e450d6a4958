import { isPending, type MaybePromise } from '../../maybe-promise.ts';
import { BEGINNING, type LineMark } from '../file/line-mark.ts';
import { ndjsonDecoder } from '../file/ndjson-decoder.ts';
import { RowReader } from '../file/row-reader.ts';
import type { Source, SourceBatch, SourceSpec } from '../source.ts';
import { EventInput } from './event-input.ts';
import type { GeneratorOptions } from './generator-options.ts';
import { generatorPosition, madeBefore } from './generator-position.ts';

/**
 * A source of plausible events for demonstrations and tests, made for the schema by the names and types of its columns. Users are of
 * one pool and come again, premiums go up and down. Events are NDJSON and go through its decoder, so bad ones end as those of a file do.
 * From a position: the events that come behind it, made with the options of then. Live events (`ratePerSecond`) can be had once: positions
 * are null, and one that is given is not looked at.
 *
 * @throws MillraceError (exit 3) where the position is of another kind of source or of another seed
 * @example openGenerator({ schema, keep }, { seed: 1, rows: 1000, from: startOfDay, to: now, badRows: 3, ratePerSecond: null })
 */
export function openGenerator(spec: SourceSpec, options: GeneratorOptions): Source {
  const { schema, from } = spec;
  const replayable = options.ratePerSecond === null;
  const before = replayable && from ? madeBefore(from, options, schema.name) : { events: 0, options };
  const input = new EventInput(schema.columns, before.options);
  const start: LineMark = { ...BEGINNING, offset: input.skip(before.events), rows: before.events };
  const positionOf = ({ rows }: LineMark) => generatorPosition(rows, before.options);
  const reader = new RowReader({
    input,
    decoder: ndjsonDecoder(spec),
    file: undefined,
    start,
    positionOf: replayable ? positionOf : undefined,
  });
  let closed = false;
  return {
    name: schema.name,
    replayable,
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
