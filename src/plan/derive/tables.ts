import type { JobPlan } from '../node.ts';
import type { TableSchema } from '../schema.ts';
import { relationsOf } from '../walk.ts';
import { columnsOf } from './columns.ts';
import { mayDelete } from './may-delete.ts';

/** How a plan uses a table. */
export interface PlanTable {
  readonly table: TableSchema;
  readonly writes: boolean;
  readonly looksUp: boolean;
  /** Columns that the plan may write NULL into, in the table's order. */
  readonly writesNull: readonly string[];
  /** The plan may delete rows of it. */
  readonly deletes: boolean;
}

/** The tables that a plan looks up or writes, each once: those looked up first, then in order of the outputs. */
export function tablesOf(plan: JobPlan): readonly PlanTable[] {
  const tables = new Map<string, PlanTable>();
  for (const node of relationsOf(plan)) {
    if (node.op !== 'lookup') continue;
    tables.set(node.table.name, {
      table: node.table,
      writes: false,
      looksUp: true,
      writesNull: [],
      deletes: false,
    });
  }
  for (const output of plan.outputs) {
    const { table } = output;
    const nullable = new Set(
      columnsOf(output)
        .filter((column) => column.nullable)
        .map(({ name }) => name),
    );
    tables.set(table.name, {
      table,
      writes: true,
      looksUp: tables.get(table.name)?.looksUp ?? false,
      writesNull: table.columns.map(({ name }) => name).filter((name) => nullable.has(name)),
      deletes: mayDelete(output),
    });
  }
  return [...tables.values()];
}
