import type { Source, SourceSpec } from '../../connectors/source.ts';
import { failed, MillraceError } from '../../errors.ts';
import { objectReader } from './object-batch.ts';
import { rowsBefore, tooFew } from './object-position.ts';

const LABEL = 'rows of the program';

/**
 * A source of a program's own rows, pulled: no more is taken from the iterable than an epoch holds.
 *
 * What gives a new iterator each time it is asked (an array, a Set, an object of a program) is replayable: it must give
 * the same rows in the same order each time, more of them perhaps, and from a position it is read behind as many rows as
 * were taken. What is read once (a generator's object, any iterator, any async iterable) is not: it begins where it is.
 * @throws MillraceError (exit 3) where there are fewer rows than an earlier run took
 */
export function iterableSource(rows: Iterable<unknown> | AsyncIterable<unknown>, spec: SourceSpec): Source {
  if (isPlainArray(rows)) return arraySource(rows, spec);
  const iterator = Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();
  const replayable = !(Symbol.asyncIterator in rows) && iterator !== (rows as unknown);
  const reader = objectReader(spec.schema, spec.keep, replayable);
  let offset = replayable ? skipped(iterator as Iterator<unknown>, spec) : 0;
  let closed = false;
  /** Ends the read that waits. */
  let wake: () => void = () => {};
  let failure: MillraceError | undefined;
  /** A step that did not answer at once; it belongs to the next read. */
  let pending: Promise<IteratorResult<unknown>> | null = null;

  const batch = (objects: readonly unknown[]) => {
    const read = reader(objects, offset);
    offset += objects.length;
    return read;
  };

  /** A row that is waited for; where it is not there at once and need not be waited for: later. */
  const settled = async (
    next: Promise<IteratorResult<unknown>>,
    wait: boolean,
  ): Promise<IteratorResult<unknown> | 'closed' | 'later'> => {
    pending = next;
    const result = await new Promise<IteratorResult<unknown> | 'closed' | 'later'>((resolve, reject) => {
      wake = () => resolve('closed');
      next.then(resolve, reject);
      if (!wait) setImmediate(resolve, 'later');
    });
    if (result !== 'later') pending = null;
    return result;
  };

  return {
    name: spec.schema.name,
    replayable,
    label: LABEL,
    async read(max) {
      const objects: unknown[] = [];
      if (failure !== undefined) throw failure;
      try {
        while (objects.length < max && !closed) {
          const next = pending ?? iterator.next();
          const result = next instanceof Promise ? await settled(next, objects.length === 0) : next;
          if (result === 'closed' || result === 'later' || result.done) break;
          objects.push(result.value);
        }
      } catch (error) {
        // The rows before it are given first.
        failure = broken(spec.schema.name, error);
        if (objects.length === 0) throw failure;
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

/** Passes over the rows that were taken before. @returns how many */
function skipped(iterator: Iterator<unknown>, { schema, from }: SourceSpec): number {
  const before = rowsBefore(from, schema.name);
  for (let n = 0; n < before; n++)
    if (nextOf(iterator, schema.name).done) throw tooFew(schema.name, n, before);
  return before;
}

function nextOf(iterator: Iterator<unknown>, source: string): IteratorResult<unknown> {
  try {
    return iterator.next();
  } catch (error) {
    throw broken(source, error);
  }
}

/** An array that gives its rows as arrays do. */
const isPlainArray = (rows: object): rows is unknown[] =>
  Array.isArray(rows) &&
  rows.constructor === Array &&
  rows[Symbol.iterator] === Array.prototype[Symbol.iterator] &&
  !(Symbol.asyncIterator in rows);

/** The same of an array, which waits for nothing. */
function arraySource(rows: readonly unknown[], spec: SourceSpec): Source {
  const { schema, keep, from } = spec;
  const reader = objectReader(schema, keep, true);
  let offset = rowsBefore(from, schema.name);
  if (rows.length < offset) throw tooFew(schema.name, rows.length, offset);
  return {
    name: schema.name,
    replayable: true,
    label: LABEL,
    read(max) {
      if (offset >= rows.length) return null;
      const batch = reader(rows.slice(offset, offset + max), offset);
      offset += batch.n;
      return batch;
    },
    async close() {
      offset = rows.length;
    },
  };
}

/** What a program's own source threw. */
export const broken = (source: string, error: unknown): MillraceError =>
  error instanceof MillraceError
    ? error
    : failed(`source '${source}' failed: ${error instanceof Error ? error.message : String(error)}`, error);
