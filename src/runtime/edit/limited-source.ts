import type { Source, SourceBatch } from '../../connectors/source.ts';
import { isPending, type MaybePromise } from '../../maybe-promise.ts';

/** A source that ends after so many rows. What it is made of reads on from there afterwards. */
export function limitedSource(source: Source, rows: number): Source {
  let left = rows;
  const noted = (batch: SourceBatch | null): SourceBatch | null => {
    left -= batch?.n ?? left;
    return batch;
  };
  return {
    name: source.name,
    replayable: source.replayable,
    label: source.label,
    read(max): MaybePromise<SourceBatch | null> {
      if (left === 0) return null;
      const batch = source.read(Math.min(max, left));
      return isPending(batch) ? batch.then(noted) : noted(batch);
    },
    close: () => source.close(),
  };
}
