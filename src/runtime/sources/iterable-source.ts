import type { Source, SourceSpec } from '../../connectors/source.ts';
import { failed, MillraceError } from '../../errors.ts';
import { objectReader } from './object-batch.ts';

/**
 * A source of a program's own rows, pulled: no more is taken from the iterable than an epoch holds. Not replayable: it
 * begins where the iterable is.
 */
export function iterableSource(rows: Iterable<unknown> | AsyncIterable<unknown>, spec: SourceSpec): Source {
  const reader = objectReader(spec.schema, spec.keep);
  const iterator = Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();
  let offset = 0;
  let closed = false;
  /** Ends the read that waits. */
  let wake: () => void = () => {};
  /** A step that did not answer at once; it belongs to the next read. */
  let pending: Promise<IteratorResult<unknown>> | null = null;

  const batch = (objects: readonly unknown[]) => {
    const read = reader(objects, offset);
    offset += objects.length;
    return read;
  };

  const next = () => {
    try {
      return iterator.next();
    } catch (error) {
      throw broken(spec.schema.name, error);
    }
  };

  return {
    name: spec.schema.name,
    replayable: false,
    label: 'rows of the program',
    async read(max) {
      const objects: unknown[] = [];
      while (objects.length < max && !closed) {
        const step = pending ?? next();
        let result: IteratorResult<unknown> | 'closed' | 'later';
        if (step instanceof Promise) {
          pending = step;
          const isFirst = objects.length === 0;
          result = await new Promise<typeof result>((resolve, reject) => {
            wake = () => resolve('closed');
            step.then(resolve, (error: unknown) => reject(broken(spec.schema.name, error)));
            if (!isFirst) setImmediate(resolve, 'later');
          });
          if (result === 'later') break;
          pending = null;
        } else result = step;
        if (result === 'closed' || result.done) break;
        objects.push(result.value);
      }
      return objects.length === 0 ? null : batch(objects);
    },
    async close() {
      closed = true;
      wake();
      if (pending === null) await iterator.return?.();
    },
  };
}

/** What a program's own source threw. */
export const broken = (source: string, error: unknown): MillraceError =>
  error instanceof MillraceError
    ? error
    : failed(`source '${source}' failed: ${error instanceof Error ? error.message : String(error)}`, error);
