import { failed } from '../../errors.ts';
import type { Batch } from '../batch.ts';
import { SPENT } from './spent.ts';

type Arrays = Readonly<Record<string, unknown[]>>;

/** The arrays of a batch, as they are. */
const arraysOf = (batch: Batch): Arrays =>
  Object.fromEntries(Object.entries(batch).filter(([, value]) => Array.isArray(value)));

/** How many entries of an array of a batch count. */
const countOf = ({ n }: Batch, name: string, array: readonly unknown[]): number =>
  name.startsWith('settled') ? array.length : n;

/** Freezes all rows of a batch. */
export function freezeRows(batch: Batch): void {
  for (const [name, array] of Object.entries(arraysOf(batch)))
    for (const row of array.slice(0, countOf(batch, name, array))) Object.freeze(row);
}

/** A batch as its readers see it: a copy that holds until the end of the epoch. */
export interface LentBatch {
  readonly batch: Batch;
  /** The epoch is over: the copy is made useless. @throws MillraceError (exit 1) where its maker or a reader changed it meanwhile */
  end(): void;
}

/**
 * Lends a batch to its readers for the epoch, its rows frozen. Behind the entries that count stands one that nobody may
 * read.
 * @param input what it was made from: arrays that are handed on belong to somebody else
 * @param where the operator that made it, for messages
 */
export function lentBatch(made: Batch, input: Batch, where: string): LentBatch {
  const given = arraysOf(made);
  const others = new Set<unknown>(Object.values(arraysOf(input)));
  const kept = Object.entries(given).map(([name, array]) => {
    const entries = array.slice(0, countOf(made, name, array));
    const isWhole = name.startsWith('settled');
    return { name, entries, lent: isWhole ? entries.slice() : [...entries, spentLike(entries[0])] };
  });
  freezeRows(made);
  const lent = Object.fromEntries(kept.map(({ name, lent }) => [name, lent]));
  return {
    batch: { ...made, ...lent },
    end() {
      for (const { name, entries, lent } of kept) {
        const own = given[name] as unknown[];
        if (!others.has(own) && !begins(own, entries))
          throw failed(`${where}: '${name}' of a batch was changed by the operator that had given it out`);
        if (!begins(lent, entries))
          throw failed(`${where}: '${name}' of a batch was changed by an operator above that read it`);
        entries.forEach((entry, i) => {
          lent[i] = spentLike(entry);
        });
      }
    },
  };
}

/** What stands in place of an entry that may not be read: a number that is none, or what throws. */
const spentLike = (entry: unknown): unknown => (typeof entry === 'number' ? Number.NaN : SPENT);

const begins = (array: readonly unknown[], entries: readonly unknown[]): boolean =>
  array.length >= entries.length && entries.every((entry, i) => Object.is(entry, array[i]));
