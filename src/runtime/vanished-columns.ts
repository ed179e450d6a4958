import type { SourceBatch } from '../connectors/source.ts';
import type { EpochPart } from './epoch.ts';

/** Values that must have been due in a row of NULLs: by chance there are none once in 500 million times (e^-20). */
const DUE = 20;

/** What is known of a column. */
interface Seen {
  readonly name: string;
  /** Epochs that were looked at, and those whose first row had a value. */
  epochs: number;
  withValue: number;
  /** Of the epochs at the end, in which all rows are NULL: how many, and their rows. */
  nullEpochs: number;
  nullRows: number;
  told: boolean;
}

/**
 * Notices columns that had values and have none any more: a producer that renames a field or drops it makes no row a bad one. A column is told once, in the
 * first epoch that has no value in it, where by its share of values so far there should have been some.
 */
export class VanishedColumns {
  readonly #sources = new Map<string, readonly Seen[]>();

  /** Columns of a source, by the rows of an epoch. @returns what a person is to know, one line for each column */
  look(parts: readonly EpochPart[], epoch: number): readonly string[] {
    const lines: string[] = [];
    for (const source of new Set(parts.map((part) => part.source))) {
      const batches = parts.filter((part) => part.source === source).map(({ batch }) => batch);
      for (const column of this.#columnsOf(source, batches))
        if (!column.told && vanished(column, batches)) {
          column.told = true;
          lines.push(
            `${source}: column ${column.name} is NULL in all rows since epoch ${epoch - column.nullEpochs + 1}, and had values before: was it renamed or dropped where the rows come from?`,
          );
        }
    }
    return lines;
  }

  #columnsOf(source: string, batches: readonly SourceBatch[]): readonly Seen[] {
    const known = this.#sources.get(source);
    if (known !== undefined) return known;
    const row = batches.flatMap(({ rows }) => rows).find((some) => some !== null);
    if (row === undefined || row === null) return [];
    const columns = Object.keys(row).map(
      (name): Seen => ({ name, epochs: 0, withValue: 0, nullEpochs: 0, nullRows: 0, told: false }),
    );
    this.#sources.set(source, columns);
    return columns;
  }
}

function vanished(column: Seen, batches: readonly SourceBatch[]): boolean {
  const { name, withValue } = column;
  let rows = 0;
  for (const { rows: all, deletes } of batches) {
    const gone = deletes === undefined || deletes.length === 0 ? undefined : new Set(deletes);
    for (let i = 0; i < all.length; i++) {
      const row = all[i];
      if (row === null || row === undefined || gone?.has(i)) continue;
      if (row[name] !== null) {
        column.epochs += column.nullEpochs + 1;
        if (rows === 0) column.withValue++;
        column.nullEpochs = 0;
        column.nullRows = 0;
        return false;
      }
      rows++;
      // A column that never has values is not looked for in every row.
      if (withValue === 0) break;
    }
  }
  if (rows === 0) return false;
  column.nullEpochs++;
  column.nullRows += rows;
  return (column.nullRows * withValue) / Math.max(1, column.epochs) >= DUE;
}
