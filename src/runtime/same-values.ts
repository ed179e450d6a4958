import type { Column } from '../plan/schema.ts';
import { cheapestFirst, sameRow } from '../values/compare.ts';
import type { Row } from '../values/sql-type.ts';

/** Whether two rows of one key are equal: in all columns but those of the key, which are. */
export const sameValues = (
  columns: readonly Column[],
  keys: readonly string[],
): ((a: Row, b: Row) => boolean) =>
  sameRow(cheapestFirst(columns.filter(({ name }) => !keys.includes(name))).map(({ name }) => name));
