import { RowError } from '../errors.ts';
import type { LookupNode } from '../plan/node.ts';
import type { Column, ColumnSchema } from '../plan/schema.ts';
import { encodeKey, type KeyValue } from '../values/key.ts';
import type { Row, Value } from '../values/sql-type.ts';
import { columnFit } from './fit.ts';

function parts(node: LookupNode, columns: readonly Column[]) {
  const nearOf = new Map(node.on);
  return node.table.primaryKey.map((name) => {
    const near = nearOf.get(name) ?? name;
    const column = node.table.columns.find((own) => own.name === name) as ColumnSchema;
    const from = columns.find((own) => own.name === near)?.type ?? column.type;
    return { name, near, isSame: from === column.type, convert: columnFit(node.table, column, from) };
  });
}

/**
 * The primary key that a row looks up; null where no row of the table can match: a part is NULL (which equals nothing in
 * a join) or beyond what the table's column holds.
 */
export function dimensionKey(node: LookupNode, columns: readonly Column[]): (near: Row) => Row | null {
  const all = parts(node, columns);
  return (row) => {
    const key: Record<string, Value> = {};
    for (const { name, near, convert } of all) {
      const value = row[near] as Value;
      if (value === null) return null;
      try {
        key[name] = convert === null ? value : convert(value);
      } catch (error) {
        if (error instanceof RowError) return null;
        throw error;
      }
    }
    return key;
  };
}

/** The same key as what a `Map` holds; equal to `encodeKey(primaryKey)` of the table's row. */
export function dimensionCode(node: LookupNode, columns: readonly Column[]): (near: Row) => KeyValue {
  const all = parts(node, columns);
  const near = encodeKey(all.map((part) => part.near));
  if (all.every((part) => part.isSame)) return near;
  const keyOf = dimensionKey(node, columns);
  const encode = encodeKey(node.table.primaryKey);
  return (row) => {
    const key = keyOf(row);
    return key === null ? near(row) : encode(key);
  };
}
