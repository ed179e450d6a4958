import type { Row } from '../values/sql-type.ts';

/** Row kind of a change, as in Flink's dynamic tables. */
export type RowKind = '+I' | '-U' | '+U' | '-D';

/** A change of a table at the engine's edge. A keyed sink's `+U` may come without its `-U` (an upsert). */
export interface Change {
  readonly kind: RowKind;
  readonly row: Row;
}

/** The net effect of one epoch on one table, after its commit. */
export interface ChangeSet {
  readonly epoch: number;
  readonly table: string;
  readonly changes: readonly Change[];
}
