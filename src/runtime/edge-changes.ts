import type { TableSchema } from '../plan/schema.ts';
import { toEdge } from '../values/edge.ts';
import type { Row } from '../values/sql-type.ts';
import type { ChangeSet, RowKind } from './change.ts';

/** A row as programs see it: DECIMAL and DATE as text, the rest as the engine has it. Frozen: a copy of the engine's. */
export type EdgeRow = Readonly<Record<string, unknown>>;

/** The net effect of one epoch on one table, for a program. */
export interface ChangeBatch {
  readonly epoch: number;
  readonly table: string;
  readonly changes: readonly { readonly kind: RowKind; readonly row: EdgeRow }[];
}

/** Makes the rows of a table what programs see. */
export function edgeRow(table: TableSchema): (row: Row) => EdgeRow {
  return (row) =>
    Object.freeze(
      Object.fromEntries(table.columns.map(({ name, type }) => [name, toEdge(type, row[name] ?? null)])),
    );
}

/** Makes an epoch's changes of a table what programs see. */
export function edgeChanges(table: TableSchema): (changes: ChangeSet) => ChangeBatch {
  const edge = edgeRow(table);
  return ({ epoch, table: name, changes }) => ({
    epoch,
    table: name,
    changes: changes.map(({ kind, row }) => ({ kind, row: edge(row) })),
  });
}
