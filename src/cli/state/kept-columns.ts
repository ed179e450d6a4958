import type { KeptColumn } from '../../state/checkpoint/block.ts';

/** The engine's column of an entry's arrival. It stands behind the columns of the row, which may be called anything. */
export const ARRIVAL = ' arrival';

/** Where a column of the engine's own stands; −1 where there is none. */
export const columnIndex = (columns: readonly KeptColumn[], name: string | undefined): number =>
  columns.findLastIndex((column) => column.name === name);

/** The columns of the row in a part that keeps rows. */
export const rowColumns = (columns: readonly KeptColumn[]): readonly KeptColumn[] =>
  columns.slice(0, columnIndex(columns, ARRIVAL));
