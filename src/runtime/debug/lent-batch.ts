import { failed } from '../../errors.ts';
import type { Batch } from '../batch.ts';
import { SPENT } from './spent.ts';

type Arrays = Readonly<Record<string, unknown[]>>;

const arraysOf = (batch: object): Arrays =>
  Object.fromEntries(Object.entries(batch).filter(([, value]) => Array.isArray(value)));

const copied = (arrays: Arrays): Arrays =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.slice()]));

/** A batch as its readers see it: a copy that holds until the end of the epoch. */
export interface LentBatch {
  readonly batch: Batch;
  /** The epoch is over: the copy is made useless. @throws MillraceError (exit 1) where its maker or a reader changed it meanwhile */
  end(): void;
}

/**
 * Lends a batch to its readers for the epoch, its rows frozen.
 * @param input what it was made from: arrays that are handed on belong to somebody else
 * @param where the operator that made it, for messages
 */
export function lentBatch(made: Batch, input: Batch, where: string): LentBatch {
  const given = arraysOf(made);
  const others = new Set<unknown>(Object.values(arraysOf(input)));
  const kept = copied(given);
  const lent = copied(given);
  for (const array of Object.values(given)) for (const row of array) Object.freeze(row);
  return {
    batch: { ...made, ...lent },
    end() {
      for (const [name, entries] of Object.entries(kept)) {
        const own = given[name] as unknown[];
        if (!others.has(own) && !same(own, entries))
          throw failed(`${where}: '${name}' of a batch was changed by the operator that had given it out`);
        const seen = lent[name] as unknown[];
        if (!same(seen, entries))
          throw failed(`${where}: '${name}' of a batch was changed by an operator above that read it`);
        entries.forEach((entry, i) => {
          seen[i] = typeof entry === 'number' ? Number.NaN : SPENT;
        });
      }
    },
  };
}

const same = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((entry, i) => Object.is(entry, b[i]));
