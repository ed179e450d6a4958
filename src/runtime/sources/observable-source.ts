import type { Observable } from 'rxjs';
import type { Source, SourceSpec } from '../../connectors/source.ts';
import { broken } from './iterable-source.ts';
import { objectReader } from './object-batch.ts';

/**
 * A source that is any Observable of rows. An Observable pushes: what comes faster than the job works waits in memory,
 * without bound (no back-pressure). Where rows can be pulled, give an (async) iterable in its place. Not replayable:
 * a position that is given is not looked at.
 */
export function observableSource(rows: Observable<unknown>, spec: SourceSpec): Source {
  const reader = objectReader(spec.schema, spec.keep, false);
  let waiting: unknown[] = [];
  let offset = 0;
  let ended = false;
  let failure: unknown;
  let wake: () => void = () => {};
  const end = (error?: unknown) => {
    ended = true;
    failure = error;
    wake();
  };
  const subscription = rows.subscribe({
    next: (row) => {
      waiting.push(row);
      wake();
    },
    error: end,
    complete: () => end(),
  });
  return {
    name: spec.schema.name,
    replayable: false,
    label: 'an Observable',
    async read(max) {
      if (waiting.length === 0 && !ended)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      if (waiting.length === 0) {
        if (failure !== undefined) throw broken(spec.schema.name, failure);
        return null;
      }
      const taken = waiting.length <= max ? waiting : waiting.slice(0, max);
      waiting = waiting.length <= max ? [] : waiting.slice(max);
      const batch = reader(taken, offset);
      offset += taken.length;
      return batch;
    },
    async close() {
      subscription.unsubscribe();
      if (!ended) end();
    },
  };
}
