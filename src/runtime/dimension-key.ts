import type { LookupNode } from '../plan/node.ts';
import type { Column, ColumnSchema } from '../plan/schema.ts';
import type { Row, Value } from '../values/sql-type.ts';
import { keyConversion } from './key-conversion.ts';

function parts(node: LookupNode, columns: readonly Column[]) {
  const nearOf = new Map(node.on);
  return node.table.primaryKey.map((name) => {
    const near = nearOf.get(name) ?? name;
    const column = node.table.columns.find((own) => own.name === name) as ColumnSchema;
    const from = columns.find((own) => own.name === near)?.type ?? column.type;
    return { name, near, isSame: from === column.type, convert: keyConversion(node.table, column, from) };
  });
}

/**
 * The primary key that a row looks up, as a row of the table has it; perhaps among other columns. Null where no row of
 * the table can match: a part is NULL (which equals nothing in a join) or beyond what the table's column holds.
 */
export function dimensionKey(node: LookupNode, columns: readonly Column[]): (near: Row) => Row | null {
  const all = parts(node, columns);
  const isOwn = isOwnKey(node, columns);
  return (row) => {
    const key: Record<string, Value> | null = isOwn ? null : {};
    for (const { name, near, convert } of all) {
      const value = row[near] as Value;
      if (value === null) return null;
      const held = convert === null ? value : convert(value);
      if (held === undefined) return null;
      if (key !== null) key[name] = held;
    }
    return key ?? row;
  };
}

/** Do rows carry the table's primary key by its names, in its types? */
export const isOwnKey = (node: LookupNode, columns: readonly Column[]): boolean =>
  parts(node, columns).every(({ name, near, isSame }) => name === near && isSame);
